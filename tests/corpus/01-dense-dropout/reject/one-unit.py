# The last layer has a single unit, as if the class number were to be predicted.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["layer 5 (Dense)", "units=10", "units=1"]
# ///
# %% build-model
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dropout(0.3),
    keras.layers.Dense(1, activation="softmax"),
])
