# The batch axis is written.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 1 (Conv2D)", "leave out the batch axis"]
# ///
# %% count-parameters
output_shapes = [(None, 26, 26, 32), (None, 24, 24, 64), (None, 12, 12, 64), (None, 12, 12, 64), (None, 9216), (None, 128), (None, 128), (None, 10)]
parameter_counts = [(3 * 3 * 1 + 1) * 32, (3 * 3 * 32 + 1) * 64, (9216 + 1) * 128, (128 + 1) * 10]
