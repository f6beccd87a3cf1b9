# Dot products and norms.
# %% write-errors
def sum_of_squared_errors(y_true, y_pred):
    e = (y_true - y_pred).ravel()
    return e @ e


def mean_absolute_error(y_true, y_pred):
    return np.linalg.norm((y_true - y_pred).ravel(), ord=1) / y_true.size


def root_mean_squared_error(y_true, y_pred):
    return np.linalg.norm(y_true - y_pred) / np.sqrt(y_true.size)
