# The training loss chooses the epoch.
# /// reject
# cell = "test-curves"
# check = "Calls"
# message = ["gave 3, expected 2", "lowest training loss"]
# ///
# %% best-epoch-function
def best_epoch(history):
    return history["loss"].index(min(history["loss"])) + 1
