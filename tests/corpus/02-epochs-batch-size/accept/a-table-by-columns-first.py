# The columns are made first, and the rows from them.
# %% collect-results
columns = {
    "epochs": [e for e, _ in settings],
    "batch_size": [b for _, b in settings],
    "steps": [steps_per_epoch(len(x_train), b, 0.2) for _, b in settings],
    "accuracy": [h.history["accuracy"][-1] for h in histories],
    "val_accuracy": [h.history["val_accuracy"][-1] for h in histories],
}
results = [dict(zip(columns, row)) for row in zip(*columns.values())]
