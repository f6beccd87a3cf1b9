# steps pairs: the last step is missing.
# /// reject
# cell = "test-descent"
# check = "Calls"
# message = ["last step is missing"]
# ///
# %% write-descent
def step(w, b, x, y, learning_rate):
    dw, db = gradient(w, b, x, y)
    return w - learning_rate * dw, b - learning_rate * db


def descend(w, b, x, y, learning_rate, steps):
    path = []
    for _ in range(steps):
        path.append((w, b))
        w, b = step(w, b, x, y, learning_rate)
    return path
