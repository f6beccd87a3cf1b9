# The hidden Dense layer has 64 units.
# /// reject
# cell = "test-architecture"
# check = "SameArchitecture"
# message = ["layer 6 (Dense): expected units=128, found units=64", "589,888 = (9216 + 1)·64", "1,179,776 = (9216 + 1)·128"]
# ///
# %% build-model
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        keras.layers.Conv2D(32, (3, 3), activation="relu"),
        keras.layers.Conv2D(64, (3, 3), activation="relu"),
        keras.layers.MaxPooling2D((2, 2)),
        keras.layers.Dropout(0.25),
        keras.layers.Flatten(),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dropout(0.5),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
