# A convolution is thought to keep the size.
# /// reject
# cell = "test-sizes"
# check = "Answer"
# message = ["entry 1 (convolution", "without padding the picture becomes smaller"]
# ///
# %% work-out-sizes
my_sizes = [54, 27, 27, 9]
