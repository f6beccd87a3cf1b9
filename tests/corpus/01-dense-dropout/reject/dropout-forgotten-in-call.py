# The subclass makes a Dropout, but call does not use it.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["Dropout(rate=between 0.1 and 0.6) is missing"]
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
        x = self.flatten(x)
        x = self.fc1(x)
        x = self.fc2(x)
        return self.fc3(x)


model = Net()
model.build((None, 28, 28))
