# The counts are texts.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 1 (Dense)", "expected a number, found a text"]
# ///
# %% count-parameters
parameter_counts = ["100480", "8256", "650"]
