# The batch axis comes from reshape; the prediction is cut out of predictions.
# %% take-one
one_image = x_test[0].reshape(1, 28, 28)
# %% predict-one
one_prediction = predictions[:1]
