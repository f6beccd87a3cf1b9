# The root of the sum, with no mean.
# /// reject
# cell = "test-errors"
# check = "Calls"
# message = ["root of the sum", "number of values"]
# ///
# %% write-errors
def sum_of_squared_errors(y_true, y_pred):
    return np.sum((y_true - y_pred) ** 2)


def mean_absolute_error(y_true, y_pred):
    return np.mean(np.abs(y_true - y_pred))


def root_mean_squared_error(y_true, y_pred):
    return np.sqrt(sum_of_squared_errors(y_true, y_pred))
