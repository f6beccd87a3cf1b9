# The rows have whole curves where one number is asked for.
# /// reject
# cell = "test-results"
# check = "Answer"
# message = ["a number", "a list"]
# ///
# %% collect-results
results = [
    {
        "epochs": e,
        "batch_size": b,
        "steps": steps_per_epoch(len(x_train), b, 0.2),
        "accuracy": h.history["accuracy"],
        "val_accuracy": h.history["val_accuracy"],
    }
    for (e, b), h in zip(settings, histories)
]
