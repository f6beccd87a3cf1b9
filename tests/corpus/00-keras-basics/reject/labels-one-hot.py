# The labels are made one-hot, where whole numbers are asked for.
# /// reject
# cell = "test-data"
# check = "Prepared"
# message = ["y_train", "(10000,)", "one-hot: leave them as whole numbers"]
# ///
# %% scale-data
x_train, x_test = train_images / 255, test_images / 255
y_train, y_test = keras.utils.to_categorical(train_labels), keras.utils.to_categorical(test_labels)
