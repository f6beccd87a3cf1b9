# A Layer of the student's own holds both convolutions and the pooling.
# %% build-model
class ConvBlock(keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.first = keras.layers.Conv2D(32, 3, activation="relu")
        self.second = keras.layers.Conv2D(64, 3, activation="relu")
        self.pool = keras.layers.MaxPooling2D(2)

    def call(self, x):
        return self.pool(self.second(self.first(x)))


model = keras.Sequential([
    keras.Input((28, 28, 1)),
    ConvBlock(),
    keras.layers.Dropout(0.25),
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dropout(0.5),
    keras.layers.Dense(10, activation="softmax"),
])
