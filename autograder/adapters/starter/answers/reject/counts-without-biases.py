# The biases are forgotten in both counts.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["25,088", "the bias is missing"]
# ///
# %% count-parameters
parameter_counts = [784 * 32, 32 * 10]
