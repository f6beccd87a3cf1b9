# Measured on the training images.
# /// reject
# cell = "test-accuracy"
# check = "Reported"
# message = ["training images", "x_test"]
# ///
# %% evaluate-model
test_loss, test_accuracy = model.evaluate(x_train, y_train, verbose=0)
