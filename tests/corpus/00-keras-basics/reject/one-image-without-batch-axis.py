# The picture without the batch axis.
# /// reject
# cell = "test-one-image"
# message = ["(1, 28, 28)", "batch axis is missing"]
# ///
# %% take-one
one_image = x_test[0]
