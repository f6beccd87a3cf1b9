# The numbers are those of the lesson's example.
# /// reject
# cell = "test-sizes"
# check = "Answer"
# message = ["example", "32 x 32"]
# ///
# %% work-out-sizes
my_sizes = [28, 14, 10, 5]
