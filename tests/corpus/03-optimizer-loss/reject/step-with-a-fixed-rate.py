# 0.1 is hard-coded as the learning rate.
# /// reject
# cell = "test-descent"
# check = "Calls"
# message = ["always takes 0.1: use learning_rate"]
# ///
# %% write-descent
def step(w, b, x, y, learning_rate):
    dw, db = gradient(w, b, x, y)
    return w - 0.1 * dw, b - 0.1 * db


def descend(w, b, x, y, learning_rate, steps):
    path = [(w, b)]
    for _ in range(steps):
        path.append(step(*path[-1], x, y, learning_rate))
    return path
