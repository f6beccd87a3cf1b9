# The pooling is forgotten in front of Dense.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 3 (Dense): 4,718,720", "pooling"]
# ///
# %% count-parameters
output_shapes = [(26, 26, 32), (24, 24, 64), (12, 12, 64), (12, 12, 64), (9216,), (128,), (128,), (10,)]
parameter_counts = [(3 * 3 * 1 + 1) * 32, (3 * 3 * 32 + 1) * 64, (24 * 24 * 64 + 1) * 128, (128 + 1) * 10]
