# The only Dropout drops pixels: it stands before the first hidden layer.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["Dense(activation=other than 'linear') is missing after layer 1 (Flatten)"]
# ///
# %% build-model
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dropout(0.3),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
