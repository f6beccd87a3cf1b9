# Only the total is given.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["expected a list of 3 entries, found a number"]
# ///
# %% count-parameters
parameter_counts = model.count_params()
