# No clip: a probability of 0 gives nan.
# /// reject
# cell = "test-entropy"
# check = "Calls"
# message = ["logarithm of 0", "np.clip"]
# ///
# %% write-entropy
def categorical_crossentropy(y_true, y_pred):
    return np.mean(-np.sum(y_true * np.log(y_pred), axis=1))
