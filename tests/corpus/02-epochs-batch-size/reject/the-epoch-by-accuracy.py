# The function looks at accuracies that the dict need not have.
# /// reject
# cell = "test-curves"
# check = "Calls"
# message = ["KeyError", "val_accuracy"]
# ///
# %% best-epoch-function
def best_epoch(history):
    return int(np.argmax(history["val_accuracy"])) + 1
