# A callback of the student's own prints the end of each training; the network is built anew by a helper.
# %% train-function
class TellTheEnd(keras.callbacks.Callback):
    def on_train_end(self, logs=None):
        print("done", self.params["epochs"])


def fresh():
    return make_model()


def train(epochs, batch_size):
    model = fresh()
    return model.fit(
        x_train,
        y_train,
        epochs=epochs,
        batch_size=batch_size,
        validation_split=0.2,
        verbose=0,
        callbacks=[TellTheEnd()],
    )
