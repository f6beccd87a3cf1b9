# The input channels of the second convolution are missing.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 2 (Conv2D): 416", "input channels are missing"]
# ///
# %% fill-table
my_shapes = [(19, 19, 12), (15, 15, 16), (5, 5, 16), (400,), (100,), (10,)]
my_counts = [312, (5 * 5 + 1) * 16, 40100, 1010]
