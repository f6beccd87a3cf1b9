# Summed along axis 0, and the mean over the classes.
# /// reject
# cell = "test-entropy"
# check = "Calls"
# message = ["classes of each example, axis=1"]
# ///
# %% write-entropy
def categorical_crossentropy(y_true, y_pred):
    return np.mean(-np.sum(y_true * np.log(np.clip(y_pred, 1e-7, 1)), axis=0))
