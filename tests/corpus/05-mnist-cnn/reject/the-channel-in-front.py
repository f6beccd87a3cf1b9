# The channel axis stands in front.
# /// reject
# cell = "test-data"
# check = "Prepared"
# message = ["x_train", "expected shape (10000, 28, 28, 1), found (10000, 1, 28, 28)", "last"]
# ///
# %% prepare-data
(x_train, y_train), (x_test, y_test) = mnist.load_data()
x_train = np.expand_dims(x_train, 1) / 255
x_test = np.expand_dims(x_test, 1) / 255
y_train = keras.utils.to_categorical(y_train, 10)
y_test = keras.utils.to_categorical(y_test, 10)
