# The + 1 is missing after each convolution.
# /// reject
# cell = "test-sizes"
# check = "Answer"
# message = ["entry 1 (convolution", "+ 1 is missing"]
# ///
# %% work-out-sizes
my_sizes = [51, 25, 22, 7]
