# The function gives the last epoch.
# /// reject
# cell = "test-curves"
# check = "Calls"
# message = ["gave 6, expected 3", "last epoch"]
# ///
# %% best-epoch-function
def best_epoch(history):
    return len(history["val_loss"])
