# A function makes the model, with type hints and defaults.
# %% build-model
def build_model(first: int = 128, second: int = 64, rate: float = 0.3) -> keras.Model:
    """Build the network; not compiled yet."""
    net = keras.Sequential(name="fashion_mlp")
    net.add(keras.Input(shape=(28, 28)))
    net.add(keras.layers.Flatten())
    net.add(keras.layers.Dense(first, activation="relu"))
    net.add(keras.layers.Dense(second, activation="relu"))
    net.add(keras.layers.Dropout(rate))
    net.add(keras.layers.Dense(10, activation="softmax"))
    return net


model = build_model()
model.summary()
