# Two networks in one: features and classifier.
# %% build-model
features = keras.Sequential(
    [
        keras.layers.Conv2D(32, 3, activation="relu"),
        keras.layers.Conv2D(64, 3, activation="relu"),
        keras.layers.MaxPooling2D(2),
        keras.layers.Dropout(0.25),
        keras.layers.Flatten(),
    ],
    name="features",
)
classifier = keras.Sequential(
    [
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dropout(0.5),
        keras.layers.Dense(10, activation="softmax"),
    ],
    name="classifier",
)
model = keras.Sequential([keras.Input((28, 28, 1)), features, classifier])
model.summary(expand_nested=True)
