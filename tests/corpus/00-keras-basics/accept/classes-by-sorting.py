# The classes are the last places of argsort.
# %% predict-classes
predictions = model.predict(x_test, verbose=0)
predicted_classes = np.argsort(predictions, axis=1)[:, -1]
