# Functions make blocks of the functional network.
# %% build-model
def conv_block(x, *filters):
    for f in filters:
        x = keras.layers.Conv2D(f, (3, 3), padding="valid", activation="relu")(x)
    x = keras.layers.MaxPooling2D((2, 2))(x)
    return keras.layers.Dropout(0.25)(x)


def head(x, units, classes):
    x = keras.layers.Flatten()(x)
    x = keras.layers.Dense(units, activation="relu")(x)
    x = keras.layers.Dropout(0.5)(x)
    return keras.layers.Dense(classes, activation="softmax")(x)


image = keras.Input(shape=(28, 28, 1), name="image")
model = keras.Model(image, head(conv_block(image, 32, 64), 128, 10))
