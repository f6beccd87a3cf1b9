# Run twice: divided by 255 two times.
# /// reject
# cell = "test-data"
# check = "Prepared"
# message = ["x_train", "pixels from 0 to 1"]
# ///
# %% scale-data
x_train, x_test = train_images / 255, test_images / 255
x_train, x_test = x_train / 255, x_test / 255
y_train, y_test = train_labels, test_labels
