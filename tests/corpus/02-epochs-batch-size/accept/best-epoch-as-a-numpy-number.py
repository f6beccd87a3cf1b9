# NumPy's argmin of an array; the result is a NumPy number.
# %% best-epoch-function
def best_epoch(history):
    val_loss = np.asarray(history["val_loss"], dtype="float64")
    return val_loss.argmin() + 1
# %% choose-setting
scores = np.array([r["val_accuracy"] for r in results])
best = results[int(scores.argmax())]
