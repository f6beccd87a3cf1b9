# A subclass that keeps its layers in a list and loops over it; it has seen no input before fit.
# %% build-model
class Net(keras.Model):
    def __init__(self, layers, **kwargs):
        super().__init__(**kwargs)
        self.stack = layers

    def call(self, inputs):
        x = inputs
        for layer in self.stack:
            x = layer(x)
        return x


L = keras.layers
model = Net([
    L.Conv2D(32, 3, activation="relu"),
    L.Conv2D(64, 3, activation="relu"),
    L.MaxPooling2D(2),
    L.Dropout(0.25),
    L.Flatten(),
    L.Dense(128, activation="relu"),
    L.Dropout(0.5),
    L.Dense(10, activation="softmax"),
])
