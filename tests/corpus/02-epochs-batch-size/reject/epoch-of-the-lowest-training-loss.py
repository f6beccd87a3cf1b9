# The training loss chooses the epoch.
# /// reject
# cell = "test-curves"
# check = "Calls"
# message = ["gave 5, expected 3", "lowest training loss"]
# ///
# %% best-epoch-function
def best_epoch(history):
    return history["loss"].index(min(history["loss"])) + 1
