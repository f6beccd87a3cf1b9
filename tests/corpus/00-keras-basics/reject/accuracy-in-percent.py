# In percent.
# /// reject
# cell = "test-accuracy"
# check = "Reported"
# message = ["percent"]
# ///
# %% evaluate-model
test_loss, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
test_accuracy = test_accuracy * 100
