# The accuracy is in percent.
# /// reject
# cell = "test-accuracy"
# check = "Reported"
# message = ["share between 0 and 1"]
# ///
# %% evaluate-model
test_loss, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
test_accuracy = 100 * test_accuracy
