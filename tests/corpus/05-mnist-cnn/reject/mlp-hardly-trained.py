# The MLP is trained at a rate that is far too small.
# /// reject
# cell = "test-mlp"
# check = "TestAccuracy"
# message = ["below the 90.00% asked for", "rate"]
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
mlp.compile(loss="categorical_crossentropy", optimizer=keras.optimizers.SGD(learning_rate=0.0001), metrics=["accuracy"])
mlp_history = mlp.fit(x_train, y_train, batch_size=128, epochs=3, validation_split=0.2, verbose=0)
