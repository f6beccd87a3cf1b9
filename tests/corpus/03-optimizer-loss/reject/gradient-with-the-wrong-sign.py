# The error is y minus the prediction.
# /// reject
# cell = "test-gradient"
# check = "Calls"
# message = ["sign is wrong"]
# ///
# %% write-gradient
def gradient(w, b, x, y):
    e = y - (w * x + b)
    return np.mean(2 * e * x), np.mean(2 * e)
