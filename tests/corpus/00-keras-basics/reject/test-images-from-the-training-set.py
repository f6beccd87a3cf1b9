# x_test is made of the first training images.
# /// reject
# cell = "test-data"
# check = "Prepared"
# message = ["x_test", "these are the training images"]
# ///
# %% scale-data
x_train, y_train = train_images / 255, train_labels
x_test, y_test = train_images[:10000] / 255, test_labels
