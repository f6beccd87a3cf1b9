# The test images are not scaled.
# /// reject
# cell = "test-data"
# check = "Prepared"
# message = ["x_test", "pixels from 0 to 1", "255"]
# ///
# %% scale-data
x_train, y_train = train_images / 255, train_labels
x_test, y_test = test_images, test_labels
