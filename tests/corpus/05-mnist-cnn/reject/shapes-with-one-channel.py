# The picture's one channel stays.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 1 (Conv2D): (26, 26, 1)", "filters"]
# ///
# %% count-parameters
output_shapes = [(26, 26, 1), (24, 24, 1), (12, 12, 1), (12, 12, 1), (144,), (128,), (128,), (10,)]
parameter_counts = [(3 * 3 * 1 + 1) * 32, (3 * 3 * 32 + 1) * 64, (9216 + 1) * 128, (128 + 1) * 10]
