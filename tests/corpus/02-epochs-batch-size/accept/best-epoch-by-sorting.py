# The best epoch by sorting the epochs, whether a History or its dict is given.
# %% best-epoch-function
def best_epoch(history):
    if hasattr(history, "history"):
        history = history.history
    epochs = range(1, len(history["val_loss"]) + 1)
    return sorted(epochs, key=lambda e: history["val_loss"][e - 1])[0]
