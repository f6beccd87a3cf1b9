# Training and validation accuracy are swapped.
# /// reject
# cell = "test-results"
# check = "Answer"
# message = ["that is the row's val_accuracy"]
# ///
# %% collect-results
results = [
    {
        "epochs": e,
        "batch_size": b,
        "steps": steps_per_epoch(len(x_train), b, 0.2),
        "val_accuracy": h.history["accuracy"][-1],
        "accuracy": h.history["val_accuracy"][-1],
    }
    for (e, b), h in zip(settings, histories)
]
