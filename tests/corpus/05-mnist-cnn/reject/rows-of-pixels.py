# The images are rows of 784 pixels, as for the MLP.
# /// reject
# cell = "test-data"
# check = "Prepared"
# message = ["x_train", "expected shape (10000, 28, 28, 1), found (10000, 784)"]
# ///
# %% prepare-data
(x_train, y_train), (x_test, y_test) = mnist.load_data()
x_train = x_train.reshape(-1, 784).astype("float32") / 255
x_test = x_test.reshape(-1, 784).astype("float32") / 255
y_train = keras.utils.to_categorical(y_train, 10)
y_test = keras.utils.to_categorical(y_test, 10)
