# Both poolings take blocks of 2.
# /// reject
# cell = "test-sizes"
# check = "Answer"
# message = ["entry 4 (pooling", "window is 3 x 3"]
# ///
# %% work-out-sizes
my_sizes = [52, 26, 24, 12]
