# The last layer has a sigmoid.
# /// reject
# cell = "test-architecture"
# check = "SameArchitecture"
# message = ["layer 8 (Dense)", "activation='softmax', found activation='sigmoid'", "sum to 1"]
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
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dropout(0.5),
        keras.layers.Dense(10, activation="sigmoid"),
    ]
)
