# Trained for two epochs.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["epochs: expected at least 3, found 2"]
# ///
# %% train-model
history = model.fit(x_train, y_train, batch_size=128, epochs=2, validation_split=0.2, verbose=2)
