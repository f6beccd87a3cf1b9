# The pooling is thought to move by one.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 3 (MaxPooling2D): (23, 23, 64)", "its own size"]
# ///
# %% count-parameters
output_shapes = [(26, 26, 32), (24, 24, 64), (23, 23, 64), (23, 23, 64), (33856,), (128,), (128,), (10,)]
parameter_counts = [(3 * 3 * 1 + 1) * 32, (3 * 3 * 32 + 1) * 64, (9216 + 1) * 128, (128 + 1) * 10]
