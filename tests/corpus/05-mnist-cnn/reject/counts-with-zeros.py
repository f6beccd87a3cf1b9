# The layers without weights are in the list.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["expected 4 entries, found 8", "no weights"]
# ///
# %% count-parameters
output_shapes = [(26, 26, 32), (24, 24, 64), (12, 12, 64), (12, 12, 64), (9216,), (128,), (128,), (10,)]
parameter_counts = [(3 * 3 * 1 + 1) * 32, (3 * 3 * 32 + 1) * 64, 0, 0, 0, (9216 + 1) * 128, 0, (128 + 1) * 10]
