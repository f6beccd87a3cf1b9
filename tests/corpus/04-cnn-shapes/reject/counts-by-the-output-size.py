# The parameters of a convolution are counted by the size of its output, as on the slide.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 2 (Conv2D): 2,716", "size of the output"]
# ///
# %% fill-table
my_shapes = [(19, 19, 12), (15, 15, 16), (5, 5, 16), (400,), (100,), (10,)]
my_counts = [312, 12 * (15 * 15) + 16, 40100, 1010]
