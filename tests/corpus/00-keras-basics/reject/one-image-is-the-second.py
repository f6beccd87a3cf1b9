# The second picture: counted from 1.
# /// reject
# cell = "test-one-image"
# message = ["not the first test image, x_test[0]"]
# ///
# %% take-one
one_image = x_test[1:2]
