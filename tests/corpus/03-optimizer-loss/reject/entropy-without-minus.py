# The minus sign is missing.
# /// reject
# cell = "test-entropy"
# check = "Calls"
# message = ["minus sign is missing"]
# ///
# %% write-entropy
def categorical_crossentropy(y_true, y_pred):
    return np.mean(np.sum(y_true * np.log(np.clip(y_pred, 1e-7, 1)), axis=1))
