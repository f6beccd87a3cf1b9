# The number of epochs is not handed on.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["epochs: expected 2, found 1"]
# ///
# %% train-function
def train(epochs, batch_size):
    model = make_model()
    return model.fit(x_train, y_train, batch_size=batch_size, validation_split=0.2, verbose=0)
