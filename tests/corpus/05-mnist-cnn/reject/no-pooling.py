# The pooling is missing.
# /// reject
# cell = "test-architecture"
# check = "SameArchitecture"
# message = ["MaxPooling2D(pool_size=(2, 2)) is missing after layer 2 (Conv2D)"]
# ///
# %% build-model
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        keras.layers.Conv2D(32, (3, 3), activation="relu"),
        keras.layers.Conv2D(64, (3, 3), activation="relu"),
        keras.layers.Dropout(0.25),
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dropout(0.5),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
