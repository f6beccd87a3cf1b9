# The column of steps forgets the validation split.
# /// reject
# cell = "test-results"
# check = "Answer"
# message = ["157", "the validation split is forgotten"]
# ///
# %% collect-results
results = [
    {
        "epochs": e,
        "batch_size": b,
        "steps": steps_per_epoch(len(x_train), b),
        "accuracy": h.history["accuracy"][-1],
        "val_accuracy": h.history["val_accuracy"][-1],
    }
    for (e, b), h in zip(settings, histories)
]
