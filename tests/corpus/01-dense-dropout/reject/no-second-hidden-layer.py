# There is a Dropout layer, but no second hidden Dense layer.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["Dense", "missing after layer 3 (Dropout)"]
# ///
# %% build-model
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28)),
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dropout(0.3),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
# %% count-parameters
parameter_counts = [784 * 128 + 128, 128 * 10 + 10]
