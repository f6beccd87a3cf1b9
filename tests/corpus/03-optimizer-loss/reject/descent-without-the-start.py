# The start is not in the path.
# /// reject
# cell = "test-descent"
# check = "Calls"
# message = ["start is missing"]
# ///
# %% write-descent
def step(w, b, x, y, learning_rate):
    dw, db = gradient(w, b, x, y)
    return w - learning_rate * dw, b - learning_rate * db


def descend(w, b, x, y, learning_rate, steps):
    path = []
    for _ in range(steps):
        w, b = step(w, b, x, y, learning_rate)
        path.append((w, b))
    return path
