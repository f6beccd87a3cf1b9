# A subclass keeps its hidden layers in a list.
# %% build-model
class MLP(keras.Model):
    def __init__(self, units=(128, 64), rate=0.3):
        super().__init__()
        self.flatten = keras.layers.Flatten()
        self.hidden = [keras.layers.Dense(n, activation="relu") for n in units]
        self.dropout = keras.layers.Dropout(rate)
        self.classify = keras.layers.Dense(10, activation="softmax")

    def call(self, x):
        x = self.flatten(x)
        for layer_ in self.hidden:
            x = layer_(x)
        return self.classify(self.dropout(x))


model = MLP()
model(x_train[:1])  # builds it
model.summary()
