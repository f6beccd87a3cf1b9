# The last layer comes first.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["order"]
# ///
# %% count-parameters
parameter_counts = [650, 8256, 100480]
