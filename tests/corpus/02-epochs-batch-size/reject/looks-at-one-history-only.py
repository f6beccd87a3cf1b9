# The function looks at A's curves whatever it is given.
# /// reject
# cell = "test-curves"
# check = "Calls"
# message = ["gave 6, expected 2", "argument"]
# ///
# %% best-epoch-function
def best_epoch(history):
    return int(np.argmin(given["A"]["val_loss"])) + 1
