# The column of steps has quotients.
# /// reject
# cell = "test-results"
# check = "Answer"
# message = ["7.8125", "round up"]
# ///
# %% collect-results
results = [
    {
        "epochs": e,
        "batch_size": b,
        "steps": len(x_train) * 0.8 / b,
        "accuracy": h.history["accuracy"][-1],
        "val_accuracy": h.history["val_accuracy"][-1],
    }
    for (e, b), h in zip(settings, histories)
]
