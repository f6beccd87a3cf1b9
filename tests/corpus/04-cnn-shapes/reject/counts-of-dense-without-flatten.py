# The first Dense layer is counted on the channels alone.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 3 (Dense): 1,700", "Flatten"]
# ///
# %% fill-table
my_shapes = [(19, 19, 12), (15, 15, 16), (5, 5, 16), (400,), (100,), (10,)]
my_counts = [312, 4816, (16 + 1) * 100, 1010]
