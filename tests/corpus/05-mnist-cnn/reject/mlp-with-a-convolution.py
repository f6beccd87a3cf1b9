# A convolution has stayed in the MLP.
# /// reject
# cell = "test-mlp"
# check = "Layers"
# message = ["layer 1 (Conv2D)", "one layer too many"]
# ///
# %% build-mlp
mlp = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        keras.layers.Conv2D(8, 3, activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dense(256, activation="relu"),
        keras.layers.Dropout(0.4),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dropout(0.3),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
mlp.compile(loss="categorical_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
mlp_history = mlp.fit(x_train, y_train, batch_size=128, epochs=3, validation_split=0.2, verbose=0)
