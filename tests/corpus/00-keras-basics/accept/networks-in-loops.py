# Layers are added in loops over pairs of units and rates.
# %% build-mnist-model
mnist_model = keras.Sequential()
mnist_model.add(keras.Input(shape=(784,)))
for units, rate in [(256, 0.4), (128, 0.3)]:
    mnist_model.add(keras.layers.Dense(units, activation="relu"))
    mnist_model.add(keras.layers.Dropout(rate))
mnist_model.add(keras.layers.Dense(10, activation="softmax"))
# %% count-parameters
parameter_counts = []
before = 784
for units in (256, 128, 10):
    parameter_counts.append(before * units + units)
    before = units
print(parameter_counts, sum(parameter_counts) == 235146)
