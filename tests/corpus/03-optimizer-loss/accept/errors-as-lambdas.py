# Lambdas, one using another.
# %% write-errors
mse = lambda t, p: np.mean((t - p) ** 2)
sum_of_squared_errors = lambda y_true, y_pred: mse(y_true, y_pred) * y_true.size
mean_absolute_error = lambda y_true, y_pred: np.mean(np.abs(y_true - y_pred))
root_mean_squared_error = lambda y_true, y_pred: np.sqrt(mse(y_true, y_pred))
