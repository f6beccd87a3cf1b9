# descend keeps only the path and looks at its last pair; step updates with +=.
# %% write-descent
def step(w, b, x, y, learning_rate):
    slope = gradient(w, b, x, y)
    w = w - learning_rate * slope[0]
    b = b - learning_rate * slope[1]
    return w, b


def descend(w, b, x, y, learning_rate, steps):
    path = [(w, b)]
    while len(path) < steps + 1:
        path.append(step(path[-1][0], path[-1][1], x, y, learning_rate))
    return path
