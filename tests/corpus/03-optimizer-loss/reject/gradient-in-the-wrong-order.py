# (db, dw) instead of (dw, db).
# /// reject
# cell = "test-gradient"
# check = "Calls"
# message = ["order is (dw, db)"]
# ///
# %% write-gradient
def gradient(w, b, x, y):
    e = w * x + b - y
    return np.mean(2 * e), np.mean(2 * e * x)
