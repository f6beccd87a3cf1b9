# The highest validation loss is looked for, as if it were an accuracy.
# /// reject
# cell = "test-curves"
# check = "Calls"
# message = ["gave 1, expected 3", "highest validation loss"]
# ///
# %% best-epoch-function
def best_epoch(history):
    return np.argmax(history["val_loss"]) + 1
