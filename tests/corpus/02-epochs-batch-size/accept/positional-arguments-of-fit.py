# model.fit is called with positional arguments only.
# %% train-function
def train(epochs, batch_size):
    net = make_model()
    h = net.fit(x_train, y_train, batch_size, epochs, 0, None, 0.2)
    return h
