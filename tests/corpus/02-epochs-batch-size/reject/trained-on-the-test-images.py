# Trained on the test images.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["learnt from the test images"]
# ///
# %% train-function
def train(epochs, batch_size):
    return make_model().fit(
        x_test, y_test, epochs=epochs, batch_size=batch_size, validation_split=0.2, verbose=0
    )
