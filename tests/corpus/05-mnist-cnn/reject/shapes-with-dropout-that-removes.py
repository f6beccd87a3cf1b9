# Dropout is thought to remove numbers.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 4 (Dropout): (12, 12, 48)", "Dropout"]
# ///
# %% count-parameters
output_shapes = [(26, 26, 32), (24, 24, 64), (12, 12, 64), (12, 12, 48), (9216,), (128,), (64,), (10,)]
parameter_counts = [(3 * 3 * 1 + 1) * 32, (3 * 3 * 32 + 1) * 64, (9216 + 1) * 128, (128 + 1) * 10]
