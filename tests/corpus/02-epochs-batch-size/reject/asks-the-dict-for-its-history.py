# The function takes its argument for a History.
# /// reject
# cell = "test-curves"
# check = "Calls"
# message = ["AttributeError", "history"]
# ///
# %% best-epoch-function
def best_epoch(history):
    return int(np.argmin(history.history["val_loss"])) + 1
