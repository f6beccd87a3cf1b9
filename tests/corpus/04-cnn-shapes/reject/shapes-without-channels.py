# The channels are missing.
# /// reject
# cell = "test-shapes"
# check = "Answer"
# message = ["channels are missing"]
# ///
# %% fill-table
my_shapes = [(19, 19), (15, 15), (5, 5), (400,), (100,), (10,)]
my_counts = [312, 4816, 40100, 1010]
