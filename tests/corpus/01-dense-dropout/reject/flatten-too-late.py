# The Flatten stands before the output instead of at the beginning.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["Flatten() is in the wrong place: it belongs at the beginning"]
# ///
# %% build-model
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dropout(0.3),
    keras.layers.Flatten(),
    keras.layers.Dense(10, activation="softmax"),
])
