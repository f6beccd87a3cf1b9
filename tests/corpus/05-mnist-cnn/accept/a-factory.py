# A function makes the network from arguments with defaults, and another compiles it.
# %% build-model
def build_cnn(input_shape=(28, 28, 1), n_classes=10, filters=(32, 64), dense=128, rates=(0.25, 0.5)):
    """建立課程的 CNN"""
    net = keras.Sequential(name="lesson")
    net.add(keras.Input(shape=input_shape))
    for f in filters:
        net.add(keras.layers.Conv2D(f, kernel_size=3, activation="relu"))
    net.add(keras.layers.MaxPooling2D(pool_size=2))
    net.add(keras.layers.Dropout(rate=rates[0]))
    net.add(keras.layers.Flatten())
    net.add(keras.layers.Dense(units=dense, activation="relu"))
    net.add(keras.layers.Dropout(rate=rates[1]))
    net.add(keras.layers.Dense(units=n_classes, activation="softmax"))
    return net


model = build_cnn()
# %% compile-model
def compile_it(net, lr=1.0):
    net.compile(
        optimizer=keras.optimizers.Adadelta(learning_rate=lr),
        loss="categorical_crossentropy",
        metrics=["acc"],
    )
    return net


model = compile_it(model)
