# The mean absolute error without the absolute value.
# /// reject
# cell = "test-errors"
# check = "Calls"
# message = ["cancel out"]
# ///
# %% write-errors
def sum_of_squared_errors(y_true, y_pred):
    return np.sum((y_true - y_pred) ** 2)


def mean_absolute_error(y_true, y_pred):
    return np.mean(y_true - y_pred)


def root_mean_squared_error(y_true, y_pred):
    return np.sqrt(np.mean((y_true - y_pred) ** 2))
