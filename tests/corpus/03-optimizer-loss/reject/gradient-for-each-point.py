# The mean is forgotten: a derivative for each point.
# /// reject
# cell = "test-gradient"
# check = "Calls"
# message = ["derivative for each point; take the mean"]
# ///
# %% write-gradient
def gradient(w, b, x, y):
    e = w * x + b - y
    return 2 * e * x, 2 * e
