# A bias for each input instead of one for each unit.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 1 (Dense)", "101,136", "bias"]
# ///
# %% count-parameters
parameter_counts = [784 * 128 + 784, 128 * 64 + 128, 64 * 10 + 64]
