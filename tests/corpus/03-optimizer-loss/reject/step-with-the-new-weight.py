# b is changed with the gradient at the new w.
# /// reject
# cell = "test-descent"
# check = "Calls"
# message = ["old weights"]
# ///
# %% write-descent
def step(w, b, x, y, learning_rate):
    w = w - learning_rate * gradient(w, b, x, y)[0]
    b = b - learning_rate * gradient(w, b, x, y)[1]
    return w, b


def descend(w, b, x, y, learning_rate, steps):
    path = [(w, b)]
    for _ in range(steps):
        path.append(step(*path[-1], x, y, learning_rate))
    return path
