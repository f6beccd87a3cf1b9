# Four epochs.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["epochs: expected at least 5, found 4"]
# ///
# %% train-model
history = model.fit(x_train, y_train, epochs=4, batch_size=32, verbose=2)
