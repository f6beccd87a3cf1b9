# Flatten has no shape in the list.
# /// reject
# cell = "test-shapes"
# check = "Answer"
# message = ["expected 6 entries, found 5"]
# ///
# %% fill-table
my_shapes = [(19, 19, 12), (15, 15, 16), (5, 5, 16), (100,), (10,)]
my_counts = [312, 4816, 40100, 1010]
