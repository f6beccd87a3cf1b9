# The classes are found with the array's method, along the last axis.
# %% predict-classes
predictions = model.predict(x_test)
predicted_classes = predictions.argmax(axis=-1)
