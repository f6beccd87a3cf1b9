# The batch size is not handed on.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["batch size: expected 64, found 32"]
# ///
# %% train-function
def train(epochs, batch_size):
    model = make_model()
    return model.fit(x_train, y_train, epochs=epochs, validation_split=0.2, verbose=0)
