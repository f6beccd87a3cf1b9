# Everything is given by keyword, with names and initializers.
# %% build-model
model = keras.Sequential(
    layers=[
        keras.layers.InputLayer(shape=(28, 28), name="pictures"),
        keras.layers.Flatten(name="rows"),
        keras.layers.Dense(units=128, activation="relu", kernel_initializer="glorot_uniform", name="first"),
        keras.layers.Dense(units=64, activation="relu", use_bias=True, name="second"),
        keras.layers.Dropout(rate=0.3, name="drop"),
        keras.layers.Dense(units=10, activation="softmax", name="classes"),
    ],
    name="clothes",
)
# %% train-model
model.compile(
    loss=keras.losses.SparseCategoricalCrossentropy(),
    optimizer=keras.optimizers.Adam(learning_rate=1e-3),
    metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
)
history = model.fit(x=x_train, y=y_train, batch_size=32, epochs=5, validation_split=0.2, verbose=2)
