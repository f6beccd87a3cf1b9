# The channels stand first.
# /// reject
# cell = "test-shapes"
# check = "Answer"
# message = ["channels stand last"]
# ///
# %% fill-table
my_shapes = [(12, 19, 19), (16, 15, 15), (16, 5, 5), (400,), (100,), (10,)]
my_counts = [312, 4816, 40100, 1010]
