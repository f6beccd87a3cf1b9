# Only the last pair comes back.
# /// reject
# cell = "test-descent"
# check = "Calls"
# message = ["last pair only"]
# ///
# %% write-descent
def step(w, b, x, y, learning_rate):
    dw, db = gradient(w, b, x, y)
    return w - learning_rate * dw, b - learning_rate * db


def descend(w, b, x, y, learning_rate, steps):
    for _ in range(steps):
        w, b = step(w, b, x, y, learning_rate)
    return w, b
