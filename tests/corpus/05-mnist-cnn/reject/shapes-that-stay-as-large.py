# The convolutions are thought to keep the size.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 1 (Conv2D): (28, 28, 32)", "becomes smaller"]
# ///
# %% count-parameters
output_shapes = [(28, 28, 32), (28, 28, 64), (14, 14, 64), (14, 14, 64), (12544,), (128,), (128,), (10,)]
parameter_counts = [(3 * 3 * 1 + 1) * 32, (3 * 3 * 32 + 1) * 64, (9216 + 1) * 128, (128 + 1) * 10]
