# Each derivative by name; means by sum and length.
# %% write-gradient
def gradient(w, b, x, y):
    n = len(x)
    y_hat = w * x + b
    error = y_hat - y
    dw = (2 / n) * np.sum(error * x)
    db = (2 / n) * np.sum(error)
    return dw, db
