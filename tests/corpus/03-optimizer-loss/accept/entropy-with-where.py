# Small probabilities are raised with np.where; einsum sums.
# %% write-entropy
def categorical_crossentropy(y_true, y_pred):
    safe = np.where(y_pred < 1e-7, 1e-7, y_pred)
    return np.einsum("ik,ik->i", y_true, -np.log(safe)).mean()
