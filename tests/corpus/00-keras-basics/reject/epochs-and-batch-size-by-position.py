# By position the batch size comes before the epochs: 5 pictures a batch, 32 epochs.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["batch size: expected 32, found 5"]
# ///
# %% train-model
history = model.fit(x_train[:640], y_train[:640], 5, 32, verbose=0)
