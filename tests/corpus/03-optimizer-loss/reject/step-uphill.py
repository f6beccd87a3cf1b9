# The gradient is added.
# /// reject
# cell = "test-descent"
# check = "Calls"
# message = ["uphill"]
# ///
# %% write-descent
def step(w, b, x, y, learning_rate):
    dw, db = gradient(w, b, x, y)
    return w + learning_rate * dw, b + learning_rate * db


def descend(w, b, x, y, learning_rate, steps):
    path = [(w, b)]
    for _ in range(min(steps, 5)):
        path.append(step(*path[-1], x, y, learning_rate))
    return path
