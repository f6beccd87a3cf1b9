# Another way to write the network: functional, two hidden layers, a Dropout after each, and the counts of these.
# %% build-model
inputs = keras.Input(shape=(28, 28))
x = keras.layers.Flatten()(inputs)
x = keras.layers.Dense(64, activation="elu")(x)
x = keras.layers.Dropout(0.2)(x)
x = keras.layers.Dense(32, activation="relu")(x)
x = keras.layers.Dropout(0.2)(x)
model = keras.Model(inputs, keras.layers.Dense(10, activation="softmax")(x))
# %% count-parameters
parameter_counts = [(784 + 1) * 64, (64 + 1) * 32, (32 + 1) * 10]
