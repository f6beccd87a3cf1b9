# The class instead of the ten probabilities.
# /// reject
# cell = "test-one-prediction"
# message = ["(1, 10)", "probabilities"]
# ///
# %% predict-one
one_prediction = np.argmax(model.predict(one_image, verbose=0), axis=1)
