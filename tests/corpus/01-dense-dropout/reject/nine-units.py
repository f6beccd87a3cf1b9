# The last layer has nine units, counted from 0 to 9 wrongly.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["layer 5 (Dense)", "units=10", "units=9"]
# ///
# %% build-model
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dropout(0.3),
    keras.layers.Dense(9, activation="softmax"),
])
