# Two settings have no row.
# /// reject
# cell = "test-results"
# check = "Answer"
# message = ["entry 3", "no row of this setting"]
# ///
# %% collect-results
results = []
for (epochs, batch_size), history in list(zip(settings, histories))[:2]:
    results.append(
        {
            "epochs": epochs,
            "batch_size": batch_size,
            "steps": steps_per_epoch(len(x_train), batch_size, 0.2),
            "accuracy": history.history["accuracy"][-1],
            "val_accuracy": history.history["val_accuracy"][-1],
        }
    )
