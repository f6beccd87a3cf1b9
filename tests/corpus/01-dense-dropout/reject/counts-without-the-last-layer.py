# The output layer is left out.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["expected 3 entries, found 2"]
# ///
# %% count-parameters
parameter_counts = [784 * 128 + 128, 128 * 64 + 64]
