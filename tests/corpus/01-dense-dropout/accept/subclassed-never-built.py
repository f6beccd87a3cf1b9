# A subclass of tf.keras.Model in TensorFlow 2's older style, which first sees images when it is trained.
# %% build-model
import tensorflow as tf
from tensorflow.keras.layers import Dense, Dropout, Flatten


class MyModel(tf.keras.Model):
    def __init__(self, **kwargs):
        super(MyModel, self).__init__(**kwargs)
        self.flatten = Flatten()
        self.d1 = Dense(128, activation="relu")
        self.d2 = Dense(64, activation="relu")
        self.drop = Dropout(0.3)
        self.d3 = Dense(10, activation="softmax")

    def call(self, inputs):
        x = self.flatten(inputs)
        x = self.d1(x)
        x = self.d2(x)
        x = self.drop(x)
        return self.d3(x)


model = MyModel(name="my_model")
