# Trained on the test images.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["test images"]
# ///
# %% train-model
history = model.fit(x_test, y_test, batch_size=128, epochs=3, validation_split=0.2, verbose=2)
