# Pooling windows move by 1.
# /// reject
# cell = "test-sizes"
# check = "Answer"
# message = ["entry 2 (pooling", "moves by its own size"]
# ///
# %% work-out-sizes
my_sizes = [52, 51, 49, 47]
