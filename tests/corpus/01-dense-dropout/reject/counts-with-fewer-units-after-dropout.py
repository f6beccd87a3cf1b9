# The Dropout is thought to take units away from the last layer's inputs.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 3 (Dense)", "460", "Dropout"]
# ///
# %% count-parameters
left = int(64 * 0.7) + 1
parameter_counts = [785 * 128, 129 * 64, (left + 1) * 10]
