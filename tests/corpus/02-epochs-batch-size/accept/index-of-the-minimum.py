# The best epoch is the index of the least value, plus one.
# %% best-epoch-function
def best_epoch(history):
    losses = history["val_loss"]
    return losses.index(min(losses)) + 1
