# What comes out of the layer is counted.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 1 (Conv2D): 21,632", "come out of the layer"]
# ///
# %% count-parameters
output_shapes = [(26, 26, 32), (24, 24, 64), (12, 12, 64), (12, 12, 64), (9216,), (128,), (128,), (10,)]
parameter_counts = [26 * 26 * 32, 24 * 24 * 64, (9216 + 1) * 128, (128 + 1) * 10]
