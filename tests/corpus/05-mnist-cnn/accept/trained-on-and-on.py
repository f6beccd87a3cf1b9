# The MLP is trained twice in a row; the second History is kept.
# %% build-mlp
mlp = keras.Sequential()
mlp.add(keras.Input(shape=(28, 28, 1)))
mlp.add(keras.layers.Flatten())
mlp.add(keras.layers.Dense(256, activation="relu"))
mlp.add(keras.layers.Dropout(0.4))
mlp.add(keras.layers.Dense(128, activation="relu"))
mlp.add(keras.layers.Dropout(0.3))
mlp.add(keras.layers.Dense(10, activation="softmax"))
mlp.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
mlp.fit(x_train, y_train, batch_size=128, epochs=3, validation_split=0.2, verbose=0)
mlp_history = mlp.fit(x_train, y_train, batch_size=128, epochs=3, validation_split=0.2, verbose=0)
