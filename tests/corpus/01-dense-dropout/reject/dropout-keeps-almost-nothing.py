# The Dropout rate is what should be kept, not what should be dropped.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["rate", "between 0.1 and 0.6", "0.8", "share of numbers that it sets to zero"]
# ///
# %% build-model
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28)),
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dropout(0.8),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
