# A loop over the points.
# %% write-gradient
def gradient(w, b, x, y):
    dw = db = 0.0
    for xi, yi in zip(x, y):
        e = w * xi + b - yi
        dw += 2 * e * xi
        db += 2 * e
    return (dw / len(x), db / len(x))
