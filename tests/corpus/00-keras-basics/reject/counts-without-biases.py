# The biases are forgotten.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["200,704", "bias is missing"]
# ///
# %% count-parameters
parameter_counts = [784 * 256, 256 * 128, 128 * 10]
