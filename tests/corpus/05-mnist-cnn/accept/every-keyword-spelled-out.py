# Every keyword is given, also those at their defaults.
# %% build-model
model = keras.Sequential(
    [
        keras.layers.InputLayer(shape=(28, 28, 1), name="pictures"),
        keras.layers.Conv2D(
            filters=32,
            kernel_size=[3, 3],
            strides=[1, 1],
            padding="valid",
            dilation_rate=1,
            groups=1,
            use_bias=True,
            kernel_initializer="glorot_uniform",
            bias_initializer="zeros",
            activation="relu",
        ),
        keras.layers.Conv2D(filters=64, kernel_size=3, strides=1, activation="relu"),
        keras.layers.MaxPooling2D(pool_size=2, strides=None, padding="valid"),
        keras.layers.Dropout(rate=0.25, noise_shape=None),
        keras.layers.Flatten(data_format="channels_last"),
        keras.layers.Dense(units=128, activation="relu", use_bias=True),
        keras.layers.Dropout(rate=1 / 2),
        keras.layers.Dense(units=10, activation="softmax"),
    ]
)
# %% compile-model
model.compile(
    loss=keras.losses.CategoricalCrossentropy(from_logits=False, label_smoothing=0.0),
    optimizer=keras.optimizers.Adadelta(learning_rate=1.0, rho=0.95, epsilon=1e-7),
    metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
    run_eagerly=False,
)
