# The second hidden layer is larger than the first, and the counts are for it.
# %% build-model
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dropout(0.5),
    keras.layers.Dense(256, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
# %% count-parameters
first = 784 * 128 + 128
second = 128 * 256 + 256
last = 256 * 10 + 10
parameter_counts = [first, second, last]
assert sum(parameter_counts) == model.count_params()
