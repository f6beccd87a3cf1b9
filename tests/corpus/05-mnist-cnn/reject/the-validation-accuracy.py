# The last validation accuracy is reported.
# /// reject
# cell = "test-accuracy"
# check = "Reported"
# message = ["validation images"]
# ///
# %% evaluate-model
test_loss = history.history["val_loss"][-1]
test_accuracy = history.history["val_accuracy"][-1]
