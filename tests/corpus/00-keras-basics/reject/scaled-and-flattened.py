# Flattened to rows of 784, where the shape should stay.
# /// reject
# cell = "test-data"
# check = "Prepared"
# message = ["x_train", "(10000, 28, 28)", "784"]
# ///
# %% scale-data
x_train, x_test = flatten(train_images) / 255, flatten(test_images) / 255
y_train, y_test = train_labels, test_labels
