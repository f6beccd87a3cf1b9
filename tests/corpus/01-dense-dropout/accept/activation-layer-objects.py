# Activations are given as layer objects: activation=ReLU().
# %% build-model
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28)),
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation=keras.layers.ReLU()),
        keras.layers.Dense(64, activation=keras.layers.ReLU()),
        keras.layers.Dropout(0.3),
        keras.layers.Dense(10, activation=keras.layers.Softmax()),
    ]
)
