# step is always called with the first weights.
# /// reject
# cell = "test-descent"
# check = "Calls"
# message = ["from the same place"]
# ///
# %% write-descent
def step(w, b, x, y, learning_rate):
    dw, db = gradient(w, b, x, y)
    return w - learning_rate * dw, b - learning_rate * db


def descend(w, b, x, y, learning_rate, steps):
    path = [(w, b)]
    for _ in range(steps):
        path.append(step(w, b, x, y, learning_rate))
    return path
