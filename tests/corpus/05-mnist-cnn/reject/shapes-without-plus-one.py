# The + 1 is forgotten.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 1 (Conv2D): (25, 25, 32)", "+ 1"]
# ///
# %% count-parameters
output_shapes = [(25, 25, 32), (22, 22, 64), (11, 11, 64), (11, 11, 64), (7744,), (128,), (128,), (10,)]
parameter_counts = [(3 * 3 * 1 + 1) * 32, (3 * 3 * 32 + 1) * 64, (9216 + 1) * 128, (128 + 1) * 10]
