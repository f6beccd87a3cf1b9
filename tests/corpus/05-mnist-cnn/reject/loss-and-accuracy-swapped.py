# Loss and accuracy are swapped.
# /// reject
# cell = "test-accuracy"
# check = "Reported"
# message = ["swapped", "loss first"]
# ///
# %% evaluate-model
test_accuracy, test_loss = model.evaluate(x_test, y_test, verbose=0)
