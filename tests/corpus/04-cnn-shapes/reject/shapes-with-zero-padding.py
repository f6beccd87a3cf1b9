# The first convolution is thought to keep the size.
# /// reject
# cell = "test-shapes"
# check = "Answer"
# message = ["entry 1 (Conv2D)", "without padding the picture becomes smaller"]
# ///
# %% fill-table
my_shapes = [(23, 23, 12), (19, 19, 16), (6, 6, 16), (576,), (100,), (10,)]
my_counts = [312, 4816, 57700, 1010]
