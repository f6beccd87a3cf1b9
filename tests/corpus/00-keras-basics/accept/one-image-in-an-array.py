# The batch is an array of a list with one picture.
# %% take-one
one_image = np.array([x_test[0]])
# %% predict-one
one_prediction = model.predict_on_batch(one_image)
