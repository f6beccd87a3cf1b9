# Dropout is thought to take away inputs of the next layer.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 2 (Dense)", "Dropout"]
# ///
# %% count-parameters
parameter_counts = [(784 + 1) * 256, (int(256 * 0.6) + 1) * 128, (int(128 * 0.7) + 1) * 10]
