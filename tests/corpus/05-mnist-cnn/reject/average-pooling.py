# The pooling takes averages.
# /// reject
# cell = "test-architecture"
# check = "SameArchitecture"
# message = ["expected MaxPooling2D(pool_size=(2, 2)), found AveragePooling2D"]
# ///
# %% build-model
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        keras.layers.Conv2D(32, (3, 3), activation="relu"),
        keras.layers.Conv2D(64, (3, 3), activation="relu"),
        keras.layers.AveragePooling2D((2, 2)),
        keras.layers.Dropout(0.25),
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dropout(0.5),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
