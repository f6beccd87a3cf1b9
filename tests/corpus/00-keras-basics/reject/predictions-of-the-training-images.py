# The training images are predicted.
# /// reject
# cell = "test-predictions"
# message = ["predictions", "test images"]
# ///
# %% predict-classes
predictions = model.predict(x_train[:10000], verbose=0)
predicted_classes = np.argmax(predictions, axis=1)
