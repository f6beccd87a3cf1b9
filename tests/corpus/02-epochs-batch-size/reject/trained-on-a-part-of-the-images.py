# Trained on the first 2,000 images, as in the worked example.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["10,000", "2,000"]
# ///
# %% train-function
def train(epochs, batch_size):
    return make_model().fit(
        x_train[:2000], y_train[:2000], epochs=epochs, batch_size=batch_size, validation_split=0.2, verbose=0
    )
