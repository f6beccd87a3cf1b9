# The pairs are lists.
# %% write-descent
def step(w, b, x, y, learning_rate):
    dw, db = gradient(w, b, x, y)
    w -= learning_rate * dw
    b -= learning_rate * db
    return [w, b]


def descend(w, b, x, y, learning_rate, steps):
    way = []
    way.append([w, b])
    for i in range(0, steps):
        w, b = step(w, b, x, y, learning_rate)
        way.append([w, b])
    return way
