# No images are held back for validation.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["validation split: expected 0.2, found 0"]
# ///
# %% train-function
def train(epochs, batch_size):
    return make_model().fit(x_train, y_train, epochs=epochs, batch_size=batch_size, verbose=0)
