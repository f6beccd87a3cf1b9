# The Dropout rates are the CNN's.
# /// reject
# cell = "test-mlp"
# check = "Layers"
# message = ["layer 3 (Dropout): expected rate=0.4, found rate=0.25"]
# ///
# %% build-mlp
mlp = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        keras.layers.Flatten(),
        keras.layers.Dense(256, activation="relu"),
        keras.layers.Dropout(0.25),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dropout(0.5),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
mlp.compile(loss="categorical_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
mlp_history = mlp.fit(x_train, y_train, batch_size=128, epochs=3, validation_split=0.2, verbose=0)
