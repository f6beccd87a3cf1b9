# The errors are worked out with methods of arrays.
# %% write-errors
def sum_of_squared_errors(y_true, y_pred):
    return ((y_true - y_pred) ** 2).sum()


def mean_absolute_error(y_true, y_pred):
    return abs(y_true - y_pred).mean()


def root_mean_squared_error(y_true, y_pred):
    return ((y_true - y_pred) ** 2).mean() ** 0.5
