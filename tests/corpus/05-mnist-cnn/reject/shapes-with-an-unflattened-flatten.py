# Flatten is thought to leave the shape as it is.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 5 (Flatten): (12, 12, 64)", "one axis"]
# ///
# %% count-parameters
output_shapes = [(26, 26, 32), (24, 24, 64), (12, 12, 64), (12, 12, 64), (12, 12, 64), (128,), (128,), (10,)]
parameter_counts = [(3 * 3 * 1 + 1) * 32, (3 * 3 * 32 + 1) * 64, (9216 + 1) * 128, (128 + 1) * 10]
