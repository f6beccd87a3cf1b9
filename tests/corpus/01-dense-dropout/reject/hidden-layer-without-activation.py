# The second hidden layer has no activation.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["layer 3 (Dense)", "activation='linear'", "no more than one"]
# ///
# %% build-model
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28)),
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(64),
        keras.layers.Dropout(0.3),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
