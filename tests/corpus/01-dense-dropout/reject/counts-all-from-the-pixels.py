# Every layer is counted as if the pixels came into it.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 2 (Dense)", "50,240", "784 numbers that come in; 128 come"]
# ///
# %% count-parameters
parameter_counts = [785 * 128, 785 * 64, 785 * 10]
