# Trained on the first 1,000 images.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["10,000", "1,000"]
# ///
# %% train-model
history = model.fit(x_train[:1000], y_train[:1000], batch_size=128, epochs=3, validation_split=0.2, verbose=2)
