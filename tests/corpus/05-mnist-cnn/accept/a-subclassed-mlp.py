# The MLP is a subclass with two hidden blocks in a list.
# %% build-mlp
class Block(keras.layers.Layer):
    def __init__(self, units, rate):
        super().__init__()
        self.dense = keras.layers.Dense(units, activation="relu")
        self.dropout = keras.layers.Dropout(rate)

    def call(self, x):
        return self.dropout(self.dense(x))


class MLP(keras.Model):
    def __init__(self):
        super().__init__()
        self.flatten = keras.layers.Flatten()
        self.blocks = [Block(256, 0.4), Block(128, 0.3)]
        self.head = keras.layers.Dense(10, activation="softmax")

    def call(self, x):
        x = self.flatten(x)
        for block in self.blocks:
            x = block(x)
        return self.head(x)


mlp = MLP()
mlp.compile(optimizer=keras.optimizers.Adam(), loss="categorical_crossentropy", metrics=["accuracy"])
mlp_history = mlp.fit(x_train, y_train, epochs=3, batch_size=128, validation_split=0.2, verbose=0)
