# The pixels are still from 0 to 255.
# /// reject
# cell = "test-data"
# check = "Prepared"
# message = ["x_train", "pixels from 0 to 1", "255"]
# ///
# %% scale-data
x_train, y_train = train_images, train_labels
x_test, y_test = test_images, test_labels
