# best is a setting without a row.
# /// reject
# cell = "test-best"
# message = ["has no row of epochs=10, batch_size=64"]
# ///
# %% choose-setting
best = {"epochs": 10, "batch_size": 64, "val_accuracy": 0.9}
