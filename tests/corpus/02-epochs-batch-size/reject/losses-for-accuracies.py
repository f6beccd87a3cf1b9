# The rows have losses where accuracies are asked for.
# /// reject
# cell = "test-results"
# check = "Answer"
# message = ["that is the loss, not the accuracy"]
# ///
# %% collect-results
results = [
    {
        "epochs": e,
        "batch_size": b,
        "steps": steps_per_epoch(len(x_train), b, 0.2),
        "accuracy": h.history["loss"][-1],
        "val_accuracy": h.history["val_loss"][-1],
    }
    for (e, b), h in zip(settings, histories)
]
