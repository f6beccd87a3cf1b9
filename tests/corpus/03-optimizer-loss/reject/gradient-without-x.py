# Both derivatives are the one by b.
# /// reject
# cell = "test-gradient"
# check = "Calls"
# message = ["factor x"]
# ///
# %% write-gradient
def gradient(w, b, x, y):
    e = w * x + b - y
    return 2 * np.mean(e), 2 * np.mean(e)
