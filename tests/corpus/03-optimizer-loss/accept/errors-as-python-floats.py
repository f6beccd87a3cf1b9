# Plain Python floats come back.
# %% write-errors
def sum_of_squared_errors(y_true, y_pred):
    return float(np.sum((np.asarray(y_true) - np.asarray(y_pred)) ** 2))


def mean_absolute_error(y_true, y_pred):
    return float(np.average(np.abs(np.subtract(y_true, y_pred))))


def root_mean_squared_error(y_true, y_pred):
    return float(np.mean((y_true - y_pred) ** 2)) ** (1 / 2)
