# One factory makes both networks.
# %% build-mnist-model
def dense_network(shape, units, rates=()):
    layers_ = [keras.Input(shape=shape)]
    if len(shape) > 1:
        layers_.append(keras.layers.Flatten())
    for i, n in enumerate(units):
        last = i == len(units) - 1
        layers_.append(keras.layers.Dense(n, activation="softmax" if last else "relu"))
        if not last and i < len(rates):
            layers_.append(keras.layers.Dropout(rates[i]))
    return keras.Sequential(layers_)


mnist_model = dense_network((784,), [256, 128, 10], [0.4, 0.3])
# %% build-model
model = dense_network((28, 28), [128, 10])
