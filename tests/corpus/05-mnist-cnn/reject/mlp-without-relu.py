# The second hidden layer has no activation.
# /// reject
# cell = "test-mlp"
# check = "Layers"
# message = ["layer 4 (Dense)", "activation='relu', found activation='linear'"]
# ///
# %% build-mlp
mlp = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        keras.layers.Flatten(),
        keras.layers.Dense(256, activation="relu"),
        keras.layers.Dropout(0.4),
        keras.layers.Dense(128),
        keras.layers.Dropout(0.3),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
mlp.compile(loss="categorical_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
mlp_history = mlp.fit(x_train, y_train, batch_size=128, epochs=3, validation_split=0.2, verbose=0)
