# The Dropout stands behind the softmax and drops probabilities.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["Dense(units=10, activation='softmax') is not at the end", "layer 5 (Dropout) follows"]
# ///
# %% build-model
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
    keras.layers.Dropout(0.3),
])
