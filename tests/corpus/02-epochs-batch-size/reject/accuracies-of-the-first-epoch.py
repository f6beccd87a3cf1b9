# The accuracies are those of the first epoch.
# /// reject
# cell = "test-results"
# check = "Answer"
# message = ["first epoch"]
# ///
# %% collect-results
results = [
    {
        "epochs": e,
        "batch_size": b,
        "steps": steps_per_epoch(len(x_train), b, 0.2),
        "accuracy": h.history["accuracy"][0],
        "val_accuracy": h.history["val_accuracy"][0],
    }
    for (e, b), h in zip(settings, histories)
]
