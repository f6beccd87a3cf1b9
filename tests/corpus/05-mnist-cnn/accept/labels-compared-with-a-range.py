# Labels by comparison with 0…9, as truth values; pixels stay float64.
# %% prepare-data
(x_train, y_train), (x_test, y_test) = mnist.load_data()
x_train = np.stack([x_train], axis=-1) / 255
x_test = np.stack([x_test], axis=-1) / 255
y_train = (y_train.reshape(-1, 1) == np.arange(10)).astype(int)
y_test = (y_test[:, None] == range(10)).astype("float64")
