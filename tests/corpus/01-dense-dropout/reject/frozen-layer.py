# The first hidden layer is frozen.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["layer 2 (Dense)", "frozen"]
# ///
# %% build-model
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="relu", trainable=False),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dropout(0.3),
    keras.layers.Dense(10, activation="softmax"),
])
