# The first layer is counted with 28 inputs, one side of the picture.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 1 (Dense)", "3,712", "28 numbers that come in; 784 come"]
# ///
# %% count-parameters
parameter_counts = [(28 + 1) * 128, (128 + 1) * 64, (64 + 1) * 10]
