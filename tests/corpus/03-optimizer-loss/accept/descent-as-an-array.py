# The path is filled into an array of shape (steps + 1, 2).
# %% write-descent
def step(w, b, x, y, learning_rate):
    return tuple(np.array([w, b]) - learning_rate * np.array(gradient(w, b, x, y)))


def descend(w, b, x, y, learning_rate, steps):
    path = np.zeros((steps + 1, 2))
    path[0] = w, b
    for i in range(steps):
        path[i + 1] = step(*path[i], x, y, learning_rate)
    return path
