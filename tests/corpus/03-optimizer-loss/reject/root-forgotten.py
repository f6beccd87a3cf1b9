# The square root is forgotten.
# /// reject
# cell = "test-errors"
# check = "Calls"
# message = ["square root is missing"]
# ///
# %% write-errors
def sum_of_squared_errors(y_true, y_pred):
    return np.sum((y_true - y_pred) ** 2)


def mean_absolute_error(y_true, y_pred):
    return np.mean(np.abs(y_true - y_pred))


def root_mean_squared_error(y_true, y_pred):
    return np.mean((y_true - y_pred) ** 2)
