# The function gives the lowest loss and not its epoch.
# /// reject
# cell = "test-curves"
# check = "Calls"
# message = ["gave 0.5, expected 3", "the loss itself"]
# ///
# %% best-epoch-function
def best_epoch(history):
    return min(history["val_loss"])
