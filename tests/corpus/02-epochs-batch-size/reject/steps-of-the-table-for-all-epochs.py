# The column of steps counts those of the whole training.
# /// reject
# cell = "test-results"
# check = "Answer"
# message = ["the steps of one epoch are asked for"]
# ///
# %% collect-results
results = [
    {
        "epochs": e,
        "batch_size": b,
        "steps": e * steps_per_epoch(len(x_train), b, 0.2),
        "accuracy": h.history["accuracy"][-1],
        "val_accuracy": h.history["val_accuracy"][-1],
    }
    for (e, b), h in zip(settings, histories)
]
