# argmax goes down the columns: ten numbers.
# /// reject
# cell = "test-predictions"
# message = ["(10000,)", "axis=1"]
# ///
# %% predict-classes
predictions = model.predict(x_test, verbose=0)
predicted_classes = np.argmax(predictions, axis=0)
