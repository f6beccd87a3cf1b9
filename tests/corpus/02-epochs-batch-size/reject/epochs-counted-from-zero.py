# The epoch is an index.
# /// reject
# cell = "test-curves"
# check = "Calls"
# message = ["gave 2, expected 3", "counted from 1"]
# ///
# %% best-epoch-function
def best_epoch(history):
    return int(np.argmin(history["val_loss"]))
