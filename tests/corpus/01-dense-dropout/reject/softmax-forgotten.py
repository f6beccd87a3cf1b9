# The last layer has no softmax, and the loss is not told so.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["layer 5 (Dense)", "activation='softmax'", "'linear'"]
# ///
# %% build-model
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dropout(0.3),
    keras.layers.Dense(10),
])
