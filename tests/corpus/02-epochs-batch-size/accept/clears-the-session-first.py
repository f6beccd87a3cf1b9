# Clears the session, makes a network, trains it and tells how long it took.
# %% train-function
import time


def train(epochs, batch_size):
    keras.backend.clear_session()
    start = time.time()
    network = make_model()
    history = network.fit(
        x_train, y_train, epochs=epochs, batch_size=batch_size, validation_split=0.2, verbose=0
    )
    print(f"{time.time() - start:.1f} s, val_accuracy {history.history['val_accuracy'][-1]:.4f}")
    return history
