# The number of epochs is not given.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["epochs: expected at least 3, found 1"]
# ///
# %% train-model
history = model.fit(x_train, y_train, batch_size=128, validation_split=0.2, verbose=2)
