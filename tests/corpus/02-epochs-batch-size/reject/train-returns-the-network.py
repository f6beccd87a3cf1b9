# The function returns the network and not its History.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["History", "model.fit"]
# ///
# %% train-function
def train(epochs, batch_size):
    model = make_model()
    model.fit(x_train, y_train, epochs=epochs, batch_size=batch_size, validation_split=0.2, verbose=0)
    return model
