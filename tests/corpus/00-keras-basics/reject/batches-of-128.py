# Batches of 128 instead of 32.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["batch size: expected 32, found 128"]
# ///
# %% train-model
history = model.fit(x_train, y_train, epochs=5, batch_size=128, verbose=2)
