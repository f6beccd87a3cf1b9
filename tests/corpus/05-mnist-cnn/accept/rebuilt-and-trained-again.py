# The MLP is built and trained once to try, then built and trained anew; a toy network stands between.
# %% +before build-model
toy = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
toy.compile(optimizer="sgd", loss="categorical_crossentropy", metrics=["accuracy"])
history = toy.fit(x_train[:1000], y_train[:1000], epochs=1, verbose=0)
model = toy
# %% build-model
model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten()])
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        keras.layers.Conv2D(32, (3, 3), activation="relu"),
        keras.layers.Conv2D(64, (3, 3), activation="relu"),
        keras.layers.MaxPooling2D((2, 2)),
        keras.layers.Dropout(0.25),
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dropout(0.5),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
# %% build-mlp
def make_mlp():
    net = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten()])
    for units, rate in zip((256, 128), (0.4, 0.3)):
        net.add(keras.layers.Dense(units, activation="relu"))
        net.add(keras.layers.Dropout(rate))
    net.add(keras.layers.Dense(10, activation="softmax"))
    net.compile(loss="categorical_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
    return net


FIT = dict(batch_size=128, epochs=3, validation_split=0.2, verbose=0)
mlp = make_mlp()
mlp.fit(x_train, y_train, **FIT)
mlp = make_mlp()
mlp_history = mlp.fit(x_train, y_train, **FIT)
