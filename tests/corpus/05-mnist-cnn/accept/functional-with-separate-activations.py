# Functional, with every activation as a layer of its own: Activation, ReLU, Softmax.
# %% build-model
from keras import layers

inp = layers.Input((28, 28, 1))
x = layers.Conv2D(32, (3, 3))(inp)
x = layers.Activation("relu")(x)
x = layers.Conv2D(64, (3, 3))(x)
x = layers.ReLU()(x)
x = layers.MaxPool2D((2, 2))(x)
x = layers.Dropout(0.25)(x)
x = layers.Flatten()(x)
x = layers.Dense(128)(x)
x = layers.Activation(keras.activations.relu)(x)
x = layers.Dropout(0.5)(x)
x = layers.Dense(10)(x)
out = layers.Softmax()(x)
model = keras.models.Model(inp, out)
