# The channels are missing.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 1 (Conv2D): (26, 26)", "channels are missing"]
# ///
# %% count-parameters
output_shapes = [(26, 26), (24, 24), (12, 12), (12, 12), (9216,), (128,), (128,), (10,)]
parameter_counts = [(3 * 3 * 1 + 1) * 32, (3 * 3 * 32 + 1) * 64, (9216 + 1) * 128, (128 + 1) * 10]
