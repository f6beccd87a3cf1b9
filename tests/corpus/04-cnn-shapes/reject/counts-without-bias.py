# No layer has biases.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 1 (Conv2D): 300", "bias is missing"]
# ///
# %% fill-table
my_shapes = [(19, 19, 12), (15, 15, 16), (5, 5, 16), (400,), (100,), (10,)]
my_counts = [5 * 5 * 12, 5 * 5 * 12 * 16, 400 * 100, 100 * 10]
