# The new axis is at the end.
# /// reject
# cell = "test-one-image"
# message = ["(1, 28, 28)", "(28, 28, 1)"]
# ///
# %% take-one
one_image = np.expand_dims(x_test[0], -1)
