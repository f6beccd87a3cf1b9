# y_true and y_pred are swapped in the formula.
# /// reject
# cell = "test-entropy"
# check = "Calls"
# message = ["swapped"]
# ///
# %% write-entropy
def categorical_crossentropy(y_true, y_pred):
    return np.mean(-np.sum(y_pred * np.log(np.clip(y_true, 1e-7, 1)), axis=1))
