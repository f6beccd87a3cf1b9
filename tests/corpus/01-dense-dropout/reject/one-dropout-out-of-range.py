# Of two Dropout layers, the second drops too much.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["layer 5 (Dropout)", "between 0.1 and 0.6", "0.9"]
# ///
# %% build-model
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dropout(0.2),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dropout(0.9),
    keras.layers.Dense(10, activation="softmax"),
])
