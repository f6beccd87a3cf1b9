# The last numbers of the training curves are reported.
# /// reject
# cell = "test-accuracy"
# check = "Reported"
# message = ["training images"]
# ///
# %% evaluate-model
test_loss = history.history["loss"][-1]
test_accuracy = history.history["accuracy"][-1]
