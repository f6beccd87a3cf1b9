# argmax without an axis: one number for everything.
# /// reject
# cell = "test-predictions"
# message = ["(10000,)", "axis=1"]
# ///
# %% predict-classes
predictions = model.predict(x_test, verbose=0)
predicted_classes = np.argmax(predictions)
