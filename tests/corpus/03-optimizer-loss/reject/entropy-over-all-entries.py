# np.mean over classes and examples at once.
# /// reject
# cell = "test-entropy"
# check = "Calls"
# message = ["number of all entries", "number of examples"]
# ///
# %% write-entropy
def categorical_crossentropy(y_true, y_pred):
    return -np.mean(y_true * np.log(np.clip(y_pred, 1e-7, 1)))
