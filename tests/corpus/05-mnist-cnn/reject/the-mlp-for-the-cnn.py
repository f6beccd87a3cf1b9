# The network is the MLP, without convolution.
# /// reject
# cell = "test-architecture"
# check = "SameArchitecture"
# message = ["layer 1 (Flatten): expected Conv2D(filters=32"]
# ///
# %% build-model
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        keras.layers.Flatten(),
        keras.layers.Dense(256, activation="relu"),
        keras.layers.Dropout(0.4),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dropout(0.3),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
