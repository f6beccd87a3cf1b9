# The pooling is thought to halve the channels.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 3 (MaxPooling2D): (12, 12, 32)", "channels as they are"]
# ///
# %% count-parameters
output_shapes = [(26, 26, 32), (24, 24, 64), (12, 12, 32), (12, 12, 32), (4608,), (128,), (128,), (10,)]
parameter_counts = [(3 * 3 * 1 + 1) * 32, (3 * 3 * 32 + 1) * 64, (9216 + 1) * 128, (128 + 1) * 10]
