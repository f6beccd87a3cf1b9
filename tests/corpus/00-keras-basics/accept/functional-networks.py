# Both networks are functional, with shapes as lists and names.
# %% build-mnist-model
row = keras.Input(shape=[784], name="row")
x = keras.layers.Dense(256, "relu")(row)
x = keras.layers.Dropout(0.4)(x)
x = keras.layers.Dense(128, "relu")(x)
x = keras.layers.Dropout(0.3)(x)
mnist_model = keras.Model(row, keras.layers.Dense(10, "softmax")(x))
# %% build-model
picture = keras.layers.Input((28, 28))
x = keras.layers.Flatten()(picture)
x = keras.layers.Dense(128, activation=keras.activations.relu)(x)
x = keras.layers.Dense(10, activation=keras.activations.softmax)(x)
model = keras.models.Model(inputs=picture, outputs=x)
# %% compile-model
model.compile(keras.optimizers.Adam(learning_rate=0.001), keras.losses.sparse_categorical_crossentropy, metrics=["accuracy"])
