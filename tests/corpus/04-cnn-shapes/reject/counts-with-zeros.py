# Layers without parameters are in the list as zeros.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["expected 4 entries, found 6", "no weights"]
# ///
# %% fill-table
my_shapes = [(19, 19, 12), (15, 15, 16), (5, 5, 16), (400,), (100,), (10,)]
my_counts = [312, 4816, 0, 0, 40100, 1010]
