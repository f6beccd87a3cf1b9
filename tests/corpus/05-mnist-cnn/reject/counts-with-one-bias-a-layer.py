# Each layer has one bias only.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 1 (Conv2D): 289", "bias is not one for the layer"]
# ///
# %% count-parameters
output_shapes = [(26, 26, 32), (24, 24, 64), (12, 12, 64), (12, 12, 64), (9216,), (128,), (128,), (10,)]
parameter_counts = [3 * 3 * 32 + 1, 3 * 3 * 32 * 64 + 1, 9216 * 128 + 1, 128 * 10 + 1]
