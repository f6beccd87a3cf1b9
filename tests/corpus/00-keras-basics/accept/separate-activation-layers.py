# Activations are layers of their own: ReLU and Softmax.
# %% build-mnist-model
mnist_model = keras.Sequential([
    keras.Input(shape=(784,)),
    keras.layers.Dense(256), keras.layers.ReLU(), keras.layers.Dropout(0.4),
    keras.layers.Dense(128), keras.layers.ReLU(), keras.layers.Dropout(0.3),
    keras.layers.Dense(10), keras.layers.Softmax(),
])
# %% build-model
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Reshape((784,)),
    keras.layers.Dense(128), keras.layers.ReLU(),
    keras.layers.Dense(10), keras.layers.Softmax(),
])
