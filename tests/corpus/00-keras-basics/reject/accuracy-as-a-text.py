# The number is formatted as a text.
# /// reject
# cell = "test-accuracy"
# check = "Reported"
# message = ["text", "number"]
# ///
# %% evaluate-model
test_loss, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
test_accuracy = f"{test_accuracy:.4f}"
