# The list has a zero for the Dropout layer too.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["expected 3 entries, found 4", "zeros"]
# ///
# %% count-parameters
parameter_counts = [100480, 8256, 0, 650]
