# The accuracies are rounded to two places.
# /// reject
# cell = "test-results"
# check = "Answer"
# message = ["do not round"]
# ///
# %% collect-results
results = [
    {
        "epochs": e,
        "batch_size": b,
        "steps": steps_per_epoch(len(x_train), b, 0.2),
        "accuracy": round(h.history["accuracy"][-1], 2),
        "val_accuracy": round(h.history["val_accuracy"][-1], 2),
    }
    for (e, b), h in zip(settings, histories)
]
