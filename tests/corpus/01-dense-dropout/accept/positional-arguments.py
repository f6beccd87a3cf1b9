# Units, activation, rate, batch size and epochs are given by position.
# %% build-model
model = keras.Sequential([
    keras.Input((28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(128, "relu"),
    keras.layers.Dense(64, "relu"),
    keras.layers.Dropout(0.3),
    keras.layers.Dense(10, "softmax"),
])
# %% train-model
model.compile("adam", "sparse_categorical_crossentropy", metrics=["acc"])
history = model.fit(x_train, y_train, 32, 5, validation_split=0.2, verbose=2)
