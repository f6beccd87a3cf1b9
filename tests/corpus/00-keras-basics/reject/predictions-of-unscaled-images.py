# The images as they came, from 0 to 255, are predicted.
# /// reject
# cell = "test-predictions"
# message = ["predictions", "scaled to 0–1"]
# ///
# %% predict-classes
predictions = model.predict(test_images, verbose=0)
predicted_classes = np.argmax(predictions, axis=1)
