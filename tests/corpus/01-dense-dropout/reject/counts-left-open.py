# The dots are still there.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["parameter_counts", "put your own answer in their place"]
# ///
# %% count-parameters
parameter_counts = ...
