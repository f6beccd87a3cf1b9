# The results are printed, not returned.
# /// reject
# cell = "test-errors"
# check = "Calls"
# message = ["returns nothing", "return is missing"]
# ///
# %% write-errors
def sum_of_squared_errors(y_true, y_pred):
    print(np.sum((y_true - y_pred) ** 2))


def mean_absolute_error(y_true, y_pred):
    print(np.mean(np.abs(y_true - y_pred)))


def root_mean_squared_error(y_true, y_pred):
    print(np.sqrt(np.mean((y_true - y_pred) ** 2)))
