# One loss for each example.
# /// reject
# cell = "test-entropy"
# check = "Calls"
# message = ["loss for each example"]
# ///
# %% write-entropy
def categorical_crossentropy(y_true, y_pred):
    return -np.sum(y_true * np.log(np.clip(y_pred, 1e-7, 1)), axis=1)
