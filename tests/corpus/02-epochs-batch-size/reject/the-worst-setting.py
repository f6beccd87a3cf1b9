# min chooses where max is asked for.
# /// reject
# cell = "test-best"
# message = ["lowest of all"]
# ///
# %% choose-setting
best = min(results, key=lambda row: row["val_accuracy"])
