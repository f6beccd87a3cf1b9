# Settings live in a class, and a callback that prints is handed to fit of the MLP.
# %% build-mlp
class Config:
    units = (256, 128)
    drop = (0.4, 0.3)
    epochs, batch = 3, 128


class Say(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        print(epoch + 1, logs["val_accuracy"] > 0.9)


mlp = keras.Sequential(
    [keras.layers.Flatten(input_shape=x_train.shape[1:])]
    + [one for u, d in zip(Config.units, Config.drop) for one in (keras.layers.Dense(u, activation="relu"), keras.layers.Dropout(d))]
    + [keras.layers.Dense(y_train.shape[1], activation="softmax")]
)
mlp.compile("rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
mlp_history = mlp.fit(x_train, y_train, Config.batch, Config.epochs, verbose=0, validation_split=0.2, callbacks=[Say()])
