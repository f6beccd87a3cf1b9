# The logarithm to base 10.
# /// reject
# cell = "test-entropy"
# check = "Calls"
# message = ["natural logarithm"]
# ///
# %% write-entropy
def categorical_crossentropy(y_true, y_pred):
    return np.mean(-np.sum(y_true * np.log10(np.clip(y_pred, 1e-7, 1)), axis=1))
