# The column of steps is worked out for 60,000 images, and there are fewer.
# /// reject
# cell = "test-results"
# check = "Answer"
# message = ["750", "60,000 images"]
# ///
# %% collect-results
results = [
    {
        "epochs": e,
        "batch_size": b,
        "steps": steps_per_epoch(60_000, b, 0.2),
        "accuracy": h.history["accuracy"][-1],
        "val_accuracy": h.history["val_accuracy"][-1],
    }
    for (e, b), h in zip(settings, histories)
]
