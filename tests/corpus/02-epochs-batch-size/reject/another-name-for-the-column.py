# The column is called val_acc.
# /// reject
# cell = "test-results"
# check = "Answer"
# message = ["lacks this key"]
# ///
# %% collect-results
results = [
    {
        "epochs": e,
        "batch_size": b,
        "steps": steps_per_epoch(len(x_train), b, 0.2),
        "accuracy": h.history["accuracy"][-1],
        "val_acc": h.history["val_accuracy"][-1],
    }
    for (e, b), h in zip(settings, histories)
]
