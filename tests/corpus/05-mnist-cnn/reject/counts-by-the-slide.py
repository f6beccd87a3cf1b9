# The slide's 12*12*24 goes into Dense.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 3 (Dense): 442,496", "channels"]
# ///
# %% count-parameters
output_shapes = [(26, 26, 32), (24, 24, 64), (12, 12, 64), (12, 12, 64), (12 * 12 * 24,), (128,), (128,), (10,)]
parameter_counts = [(3 * 3 * 1 + 1) * 32, (3 * 3 * 32 + 1) * 64, (12 * 12 * 24 + 1) * 128, (128 + 1) * 10]
