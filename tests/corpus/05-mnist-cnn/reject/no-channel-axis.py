# The images have no channel axis.
# /// reject
# cell = "test-data"
# check = "Prepared"
# message = ["x_train", "expected shape (10000, 28, 28, 1), found (10000, 28, 28)", "channel"]
# ///
# %% prepare-data
(x_train, y_train), (x_test, y_test) = mnist.load_data()
x_train = x_train.astype("float32") / 255
x_test = x_test.astype("float32") / 255
y_train = keras.utils.to_categorical(y_train, 10)
y_test = keras.utils.to_categorical(y_test, 10)
