# Each step has a name; np.square, np.power, y_pred - y_true the other way round.
# %% write-errors
def sum_of_squared_errors(y_true, y_pred):
    errors = y_pred - y_true
    squared = np.square(errors)
    return np.sum(squared)


def mean_absolute_error(y_true, y_pred):
    errors = y_pred - y_true
    total = np.sum(np.absolute(errors))
    return total / errors.size


def root_mean_squared_error(y_true, y_pred):
    return np.sqrt(sum_of_squared_errors(y_true, y_pred) / np.size(y_true))
