# The epoch is an index.
# /// reject
# cell = "test-curves"
# check = "Calls"
# message = ["gave 1, expected 2", "counted from 1"]
# ///
# %% best-epoch-function
def best_epoch(history):
    return int(np.argmin(history["val_loss"]))
