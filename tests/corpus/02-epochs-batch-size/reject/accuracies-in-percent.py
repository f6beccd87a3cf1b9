# The accuracies are in percent.
# /// reject
# cell = "test-results"
# check = "Answer"
# message = ["not percent"]
# ///
# %% collect-results
results = [
    {
        "epochs": e,
        "batch_size": b,
        "steps": steps_per_epoch(len(x_train), b, 0.2),
        "accuracy": 100 * h.history["accuracy"][-1],
        "val_accuracy": 100 * h.history["val_accuracy"][-1],
    }
    for (e, b), h in zip(settings, histories)
]
