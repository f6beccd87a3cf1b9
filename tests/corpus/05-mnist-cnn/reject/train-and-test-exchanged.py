# The names are in the wrong order.
# /// reject
# cell = "test-data"
# check = "Prepared"
# message = ["x_train", "test images"]
# ///
# %% prepare-data
(x_test, y_test), (x_train, y_train) = mnist.load_data()
x_train = x_train.reshape(-1, 28, 28, 1).astype("float32") / 255
x_test = x_test.reshape(-1, 28, 28, 1).astype("float32") / 255
y_train = keras.utils.to_categorical(y_train, 10)
y_test = keras.utils.to_categorical(y_test, 10)
