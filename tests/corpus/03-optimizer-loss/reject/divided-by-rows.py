# Divided by len, which is the number of rows of a table only.
# /// reject
# cell = "test-errors"
# check = "Calls"
# message = ["len counts the rows only", "size"]
# ///
# %% write-errors
def sum_of_squared_errors(y_true, y_pred):
    return np.sum((y_true - y_pred) ** 2)


def mean_absolute_error(y_true, y_pred):
    return np.sum(np.abs(y_true - y_pred)) / len(y_true)


def root_mean_squared_error(y_true, y_pred):
    return np.sqrt(np.mean((y_true - y_pred) ** 2))
