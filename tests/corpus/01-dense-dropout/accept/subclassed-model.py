# A subclass of keras.Model, whose call passes the training argument on.
# %% build-model
class Clothes(keras.Model):
    def __init__(self):
        super().__init__()
        self.flatten = keras.layers.Flatten()
        self.first = keras.layers.Dense(128, activation="relu")
        self.second = keras.layers.Dense(64, activation="relu")
        self.dropout = keras.layers.Dropout(0.3)
        self.out = keras.layers.Dense(10, activation="softmax")

    def call(self, x, training=None):
        x = self.flatten(x)
        x = self.first(x)
        x = self.second(x)
        x = self.dropout(x, training=training)
        return self.out(x)


model = Clothes()
model.build((None, 28, 28))
