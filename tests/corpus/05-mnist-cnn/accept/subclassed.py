# A subclass of Model with a call method.
# %% build-model
class CNN(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv1 = keras.layers.Conv2D(32, (3, 3), activation="relu")
        self.conv2 = keras.layers.Conv2D(64, (3, 3), activation="relu")
        self.pool = keras.layers.MaxPooling2D((2, 2))
        self.drop1 = keras.layers.Dropout(0.25)
        self.flatten = keras.layers.Flatten()
        self.fc1 = keras.layers.Dense(128, activation="relu")
        self.drop2 = keras.layers.Dropout(0.5)
        self.fc2 = keras.layers.Dense(10, activation="softmax")

    def call(self, x, training=False):
        x = self.conv1(x)
        x = self.conv2(x)
        x = self.pool(x)
        x = self.drop1(x, training=training)
        x = self.flatten(x)
        x = self.fc1(x)
        x = self.drop2(x, training=training)
        return self.fc2(x)


model = CNN()
model.build((None, 28, 28, 1))
