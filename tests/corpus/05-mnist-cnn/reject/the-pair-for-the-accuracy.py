# Both numbers are kept under one name.
# /// reject
# cell = "test-accuracy"
# check = "Reported"
# message = ["accuracy"]
# ///
# %% evaluate-model
test_loss = test_accuracy = model.evaluate(x_test, y_test, verbose=0)
