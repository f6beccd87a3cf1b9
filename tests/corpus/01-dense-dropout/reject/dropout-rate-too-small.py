# A rate of 0.05 instead of 0.1 to 0.6.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["rate", "between 0.1 and 0.6", "0.05"]
# ///
# %% build-model
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dropout(0.05),
    keras.layers.Dense(10, activation="softmax"),
])
