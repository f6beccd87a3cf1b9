# The batch axis comes from None; the prediction is the first row of those made before.
# %% take-one
one_image = x_test[0][None, ...]
# %% predict-one
one_prediction = model(one_image)
