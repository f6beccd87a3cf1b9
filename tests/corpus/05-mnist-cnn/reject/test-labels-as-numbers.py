# The labels of the test images are whole numbers.
# /// reject
# cell = "test-data"
# check = "Prepared"
# message = ["y_test", "expected shape (10000, 10), found (10000,)", "to_categorical"]
# ///
# %% prepare-data
(x_train, y_train), (x_test, y_test) = mnist.load_data()
x_train = x_train.reshape(-1, 28, 28, 1).astype("float32") / 255
x_test = x_test.reshape(-1, 28, 28, 1).astype("float32") / 255
y_train = keras.utils.to_categorical(y_train, 10)
