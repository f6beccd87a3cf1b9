# No images are held back.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["validation split: expected 0.2, found 0"]
# ///
# %% train-model
history = model.fit(x_train, y_train, batch_size=128, epochs=3, verbose=2)
