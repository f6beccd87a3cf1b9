# The function looks at A's curves whatever it is given.
# /// reject
# cell = "test-curves"
# check = "Calls"
# message = ["gave 10, expected 3", "use the argument history"]
# ///
# %% best-epoch-function
def best_epoch(history):
    return int(np.argmin(given["A"]["val_loss"])) + 1
