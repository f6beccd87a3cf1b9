# Loops over the flattened arrays, with math.
# %% write-errors
import math


def sum_of_squared_errors(y_true, y_pred):
    total = 0
    for t, p in zip(np.ravel(y_true), np.ravel(y_pred)):
        total += (t - p) ** 2
    return total


def mean_absolute_error(y_true, y_pred):
    pairs = list(zip(y_true.flatten(), y_pred.flatten()))
    return sum(abs(t - p) for t, p in pairs) / len(pairs)


def root_mean_squared_error(y_true, y_pred):
    return math.sqrt(sum_of_squared_errors(y_true, y_pred) / y_true.size)
