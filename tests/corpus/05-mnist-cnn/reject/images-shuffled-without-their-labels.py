# The images are shuffled, and the labels stay.
# /// reject
# cell = "test-data"
# check = "Prepared"
# message = ["y_train", "labels are not those of their images"]
# ///
# %% prepare-data
(x_train, y_train), (x_test, y_test) = mnist.load_data()
x_train = x_train.reshape(-1, 28, 28, 1).astype("float32") / 255
x_test = x_test.reshape(-1, 28, 28, 1).astype("float32") / 255
np.random.default_rng(1).shuffle(x_train)
y_train = keras.utils.to_categorical(y_train, 10)
y_test = keras.utils.to_categorical(y_test, 10)
