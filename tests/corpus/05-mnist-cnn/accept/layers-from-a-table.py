# A table of names and settings, from which the layers are made.
# %% build-model
TABLE = [
    ("Conv2D", dict(filters=32, kernel_size=(3, 3), activation="relu")),
    ("Conv2D", dict(filters=64, kernel_size=(3, 3), activation="relu")),
    ("MaxPooling2D", dict(pool_size=(2, 2))),
    ("Dropout", dict(rate=0.25)),
    ("Flatten", {}),
    ("Dense", dict(units=128, activation="relu")),
    ("Dropout", dict(rate=0.5)),
    ("Dense", dict(units=10, activation="softmax")),
]
model = keras.Sequential([keras.Input(shape=(28, 28, 1))])
for kind, arguments in TABLE:
    model.add(getattr(keras.layers, kind)(**arguments))
