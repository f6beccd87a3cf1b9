# The function returns nothing.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["History", "model.fit"]
# ///
# %% train-function
def train(epochs, batch_size):
    model = make_model()
    history = model.fit(
        x_train, y_train, epochs=epochs, batch_size=batch_size, validation_split=0.2, verbose=0
    )
