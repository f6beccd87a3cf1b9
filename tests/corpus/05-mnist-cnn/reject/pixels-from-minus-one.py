# The pixels run from -1 to 1.
# /// reject
# cell = "test-data"
# check = "Prepared"
# message = ["x_train", "from 0 to 1, found -1 to 1"]
# ///
# %% prepare-data
(x_train, y_train), (x_test, y_test) = mnist.load_data()
x_train = x_train.reshape(-1, 28, 28, 1).astype("float32") / 127.5 - 1
x_test = x_test.reshape(-1, 28, 28, 1).astype("float32") / 127.5 - 1
y_train = keras.utils.to_categorical(y_train, 10)
y_test = keras.utils.to_categorical(y_test, 10)
