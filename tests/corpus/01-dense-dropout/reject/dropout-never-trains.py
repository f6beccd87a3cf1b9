# A subclass calls its Dropout with training=False, so it never drops anything.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["Dropout", "always called with training=False"]
# ///
# %% build-model
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.flatten = keras.layers.Flatten()
        self.fc1 = keras.layers.Dense(128, activation="relu")
        self.fc2 = keras.layers.Dense(64, activation="relu")
        self.dropout = keras.layers.Dropout(0.3)
        self.fc3 = keras.layers.Dense(10, activation="softmax")

    def call(self, x):
        x = self.fc2(self.fc1(self.flatten(x)))
        x = self.dropout(x, training=False)
        return self.fc3(x)


model = Net()
model.build((None, 28, 28))
