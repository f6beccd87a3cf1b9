# Scaled to -1 to 1.
# /// reject
# cell = "test-data"
# check = "Prepared"
# message = ["x_train", "pixels from 0 to 1", "-1"]
# ///
# %% scale-data
x_train, x_test = train_images / 127.5 - 1, test_images / 127.5 - 1
y_train, y_test = train_labels, test_labels
