# The steps are those that Keras counted, and every accuracy is a NumPy number.
# %% collect-results
results = []
for i in range(len(settings)):
    h = histories[i]
    acc = np.array(h.history["accuracy"])
    val_acc = np.array(h.history["val_accuracy"])
    row = {}
    row["epochs"] = settings[i][0]
    row["batch_size"] = settings[i][1]
    row["steps"] = h.params["steps"]
    row["accuracy"] = acc[-1]
    row["val_accuracy"] = val_acc[len(val_acc) - 1]
    results.append(row)
results
