# The hidden part is a Sequential of its own inside the model.
# %% build-model
hidden_part = keras.Sequential(
    [
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dropout(0.3),
    ],
    name="hidden_part",
)
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28)),
        keras.layers.Flatten(),
        hidden_part,
        keras.layers.Dense(10, activation="softmax"),
    ]
)
