# The labels are divided by 255 as well.
# /// reject
# cell = "test-data"
# check = "Prepared"
# message = ["y_train", "labels were scaled"]
# ///
# %% scale-data
x_train, y_train = train_images / 255, train_labels / 255
x_test, y_test = test_images / 255, test_labels / 255
