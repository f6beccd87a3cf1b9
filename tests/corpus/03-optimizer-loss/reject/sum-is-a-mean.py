# The mean of the squared errors instead of their sum.
# /// reject
# cell = "test-errors"
# check = "Calls"
# message = ["that is the mean; the sum is asked for"]
# ///
# %% write-errors
def sum_of_squared_errors(y_true, y_pred):
    return np.mean((y_true - y_pred) ** 2)


def mean_absolute_error(y_true, y_pred):
    return np.mean(np.abs(y_true - y_pred))


def root_mean_squared_error(y_true, y_pred):
    return np.sqrt(np.mean((y_true - y_pred) ** 2))
