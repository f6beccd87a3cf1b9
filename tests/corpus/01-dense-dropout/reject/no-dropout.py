# There are two hidden layers, but no Dropout.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["Dropout(rate=between 0.1 and 0.6) is missing"]
# ///
# %% build-model
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
