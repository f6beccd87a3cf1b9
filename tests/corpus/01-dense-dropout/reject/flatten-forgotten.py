# There is no Flatten, so the Dense layers work on rows of 28 pixels.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["Flatten() is missing at the beginning"]
# ///
# %% build-model
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dropout(0.3),
    keras.layers.Dense(10, activation="softmax"),
])
