# The channels stand first.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 1 (Conv2D): (32, 26, 26)", "channels stand last"]
# ///
# %% count-parameters
output_shapes = [(32, 26, 26), (64, 24, 24), (64, 12, 12), (64, 12, 12), (9216,), (128,), (128,), (10,)]
parameter_counts = [(3 * 3 * 1 + 1) * 32, (3 * 3 * 32 + 1) * 64, (9216 + 1) * 128, (128 + 1) * 10]
