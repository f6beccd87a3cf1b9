# predictions holds the classes already.
# /// reject
# cell = "test-predictions"
# message = ["predictions", "(10000, 10)", "model.predict"]
# ///
# %% predict-classes
predictions = np.argmax(model.predict(x_test, verbose=0), axis=1)
predicted_classes = predictions
