# Binary cross-entropy.
# /// reject
# cell = "test-entropy"
# check = "Calls"
# message = ["binary cross-entropy"]
# ///
# %% write-entropy
def categorical_crossentropy(y_true, y_pred):
    p = np.clip(y_pred, 1e-7, 1 - 1e-7)
    return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))
