# The factor 2 is missing.
# /// reject
# cell = "test-gradient"
# check = "Calls"
# message = ["factor 2"]
# ///
# %% write-gradient
def gradient(w, b, x, y):
    e = w * x + b - y
    return np.mean(e * x), np.mean(e)
