# The Dropout layers have entries too.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["expected 3 entries, found 5", "zeros"]
# ///
# %% count-parameters
parameter_counts = [200960, 0, 32896, 0, 1290]
