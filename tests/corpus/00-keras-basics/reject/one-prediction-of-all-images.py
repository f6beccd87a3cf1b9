# All images are predicted.
# /// reject
# cell = "test-one-prediction"
# message = ["(1, 10)", "(10000, 10)"]
# ///
# %% predict-one
one_prediction = model.predict(x_test, verbose=0)
