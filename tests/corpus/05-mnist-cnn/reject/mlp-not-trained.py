# The MLP is compiled and not trained.
# /// reject
# cell = "test-mlp"
# check = "TestAccuracy"
# message = ["not trained", "fit"]
# ///
# %% build-mlp
mlp = keras.Sequential(
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
mlp.compile(loss="categorical_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
