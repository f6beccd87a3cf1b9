# The sizes after the poolings are left out.
# /// reject
# cell = "test-sizes"
# check = "Answer"
# message = ["expected 4 entries, found 2"]
# ///
# %% work-out-sizes
my_sizes = [52, 24]
