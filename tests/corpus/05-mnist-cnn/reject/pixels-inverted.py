# Black and white are exchanged.
# /// reject
# cell = "test-data"
# check = "Prepared"
# message = ["x_train", "from 0 to 1, found 1 to 0"]
# ///
# %% prepare-data
(x_train, y_train), (x_test, y_test) = mnist.load_data()
x_train = 1 - x_train.reshape(-1, 28, 28, 1).astype("float32") / 255
x_test = 1 - x_test.reshape(-1, 28, 28, 1).astype("float32") / 255
y_train = keras.utils.to_categorical(y_train, 10)
y_test = keras.utils.to_categorical(y_test, 10)
