# The largest probability itself, not its place.
# /// reject
# cell = "test-predictions"
# message = ["predicted_classes", "place of the largest"]
# ///
# %% predict-classes
predictions = model.predict(x_test, verbose=0)
predicted_classes = np.max(predictions, axis=1)
