# The first row of the answer only.
# /// reject
# cell = "test-one-prediction"
# message = ["(1, 10)", "batch axis is missing"]
# ///
# %% predict-one
one_prediction = model.predict(one_image, verbose=0)[0]
