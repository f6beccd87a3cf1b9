# The input channels of the second convolution are forgotten.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 2 (Conv2D): 640", "input channels are missing"]
# ///
# %% count-parameters
output_shapes = [(26, 26, 32), (24, 24, 64), (12, 12, 64), (12, 12, 64), (9216,), (128,), (128,), (10,)]
parameter_counts = [(3 * 3 * 1 + 1) * 32, (3 * 3 + 1) * 64, (9216 + 1) * 128, (128 + 1) * 10]
