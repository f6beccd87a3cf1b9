# Clipped at 1e-15 instead of 1e-7.
# /// reject
# cell = "test-entropy"
# check = "Calls"
# message = ["to 1e-7, not to another number"]
# ///
# %% write-entropy
def categorical_crossentropy(y_true, y_pred):
    return np.mean(-np.sum(y_true * np.log(np.clip(y_pred, 1e-15, 1)), axis=1))
