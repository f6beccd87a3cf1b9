# One axis is written as a bare number.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 5 (Flatten): 9,216", "write it as a tuple, (9216,)"]
# ///
# %% count-parameters
output_shapes = [(26, 26, 32), (24, 24, 64), (12, 12, 64), (12, 12, 64), (9216), (128), (128), (10)]
parameter_counts = [(3 * 3 * 1 + 1) * 32, (3 * 3 * 32 + 1) * 64, (9216 + 1) * 128, (128 + 1) * 10]
