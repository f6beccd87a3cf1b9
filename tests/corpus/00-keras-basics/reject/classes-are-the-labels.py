# The true labels are given as predictions.
# /// reject
# cell = "test-predictions"
# message = ["predicted_classes", "place of the largest"]
# ///
# %% predict-classes
predictions = model.predict(x_test, verbose=0)
predicted_classes = y_test
