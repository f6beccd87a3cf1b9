# The network is made once and trained on and on.
# /// reject
# cell = "test-training"
# check = "Answer"
# message = ["trained before", "make_model() inside train"]
# ///
# %% train-function
model = make_model()


def train(epochs, batch_size):
    return model.fit(
        x_train, y_train, epochs=epochs, batch_size=batch_size, validation_split=0.2, verbose=0
    )
