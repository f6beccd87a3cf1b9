# The function stops where the loss rises for the first time.
# /// reject
# cell = "test-curves"
# check = "Calls"
# message = ["hidden call", "stops at the first rise"]
# ///
# %% best-epoch-function
def best_epoch(history):
    losses = history["val_loss"]
    for i in range(1, len(losses)):
        if losses[i] > losses[i - 1]:
            return i
    return len(losses)
