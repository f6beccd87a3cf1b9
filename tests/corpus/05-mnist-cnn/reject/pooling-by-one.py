# The pooling moves by one place.
# /// reject
# cell = "test-architecture"
# check = "SameArchitecture"
# message = ["layer 3 (MaxPooling2D)", "strides=(2, 2), found strides=(1, 1)", "stride is the step"]
# ///
# %% build-model
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        keras.layers.Conv2D(32, (3, 3), activation="relu"),
        keras.layers.Conv2D(64, (3, 3), activation="relu"),
        keras.layers.MaxPooling2D((2, 2), strides=1),
        keras.layers.Dropout(0.25),
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dropout(0.5),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
