# Sums instead of means.
# /// reject
# cell = "test-gradient"
# check = "Calls"
# message = ["take the mean"]
# ///
# %% write-gradient
def gradient(w, b, x, y):
    e = w * x + b - y
    return np.sum(2 * e * x), np.sum(2 * e)
