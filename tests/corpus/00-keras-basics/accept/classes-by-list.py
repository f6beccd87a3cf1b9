# The classes are found row by row; the predictions come from calling the model.
# %% predict-classes
predictions = model(x_test).numpy()
predicted_classes = [np.argmax(row) for row in predictions]
