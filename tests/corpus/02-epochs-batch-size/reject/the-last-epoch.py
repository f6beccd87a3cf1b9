# The function gives the last epoch.
# /// reject
# cell = "test-curves"
# check = "Calls"
# message = ["gave 3, expected 2", "last epoch"]
# ///
# %% best-epoch-function
def best_epoch(history):
    return len(history["val_loss"])
