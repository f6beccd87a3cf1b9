# Every row has the numbers of the last training.
# /// reject
# cell = "test-results"
# check = "Answer"
# message = ["another setting"]
# ///
# %% collect-results
results = []
for epochs, batch_size in settings:
    results.append(
        {
            "epochs": epochs,
            "batch_size": batch_size,
            "steps": steps_per_epoch(len(x_train), batch_size, 0.2),
            "accuracy": history.history["accuracy"][-1],
            "val_accuracy": history.history["val_accuracy"][-1],
        }
    )
