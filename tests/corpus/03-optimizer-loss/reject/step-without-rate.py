# The learning rate is forgotten.
# /// reject
# cell = "test-descent"
# check = "Calls"
# message = ["learning rate is missing"]
# ///
# %% write-descent
def step(w, b, x, y, learning_rate):
    dw, db = gradient(w, b, x, y)
    return w - dw, b - db


def descend(w, b, x, y, learning_rate, steps):
    path = [(w, b)]
    for _ in range(steps):
        path.append(step(*path[-1], x, y, learning_rate))
    return path
