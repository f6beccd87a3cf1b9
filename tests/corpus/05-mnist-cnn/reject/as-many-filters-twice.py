# The second convolution has 32 filters too.
# /// reject
# cell = "test-architecture"
# check = "SameArchitecture"
# message = ["layer 2 (Conv2D): expected filters=64, found filters=32", "9,248 = (3·3·32 + 1)·32", "18,496 = (3·3·32 + 1)·64"]
# ///
# %% build-model
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        keras.layers.Conv2D(32, (3, 3), activation="relu"),
        keras.layers.Conv2D(32, (3, 3), activation="relu"),
        keras.layers.MaxPooling2D((2, 2)),
        keras.layers.Dropout(0.25),
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dropout(0.5),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
