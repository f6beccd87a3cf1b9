# The biases are forgotten in every count.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["100,352", "the bias is missing"]
# ///
# %% count-parameters
parameter_counts = [784 * 128, 128 * 64, 64 * 10]
