# The sum over the batch instead of the mean.
# /// reject
# cell = "test-entropy"
# check = "Calls"
# message = ["sum over the batch; the mean"]
# ///
# %% write-entropy
def categorical_crossentropy(y_true, y_pred):
    return -np.sum(y_true * np.log(np.clip(y_pred, 1e-7, 1)))
