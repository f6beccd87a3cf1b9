# best is the index of a row.
# /// reject
# cell = "test-best"
# message = ["must be one row of `results`"]
# ///
# %% choose-setting
best = int(np.argmax([row["val_accuracy"] for row in results]))
