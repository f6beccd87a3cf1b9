# Both networks are made layer by layer with add and input_shape, in the older style.
# %% build-mnist-model
from keras.layers import Activation, Dense, Dropout, Flatten
from keras.models import Sequential

mnist_model = Sequential()
mnist_model.add(Dense(256, activation="relu", input_shape=(784,)))
mnist_model.add(Dropout(0.4))
mnist_model.add(Dense(128, activation="relu"))
mnist_model.add(Dropout(0.3))
mnist_model.add(Dense(10, activation="softmax"))
mnist_model.summary()
# %% build-model
model = Sequential()
model.add(Flatten(input_shape=(28, 28)))
model.add(Dense(128))
model.add(Activation("relu"))
model.add(Dense(10))
model.add(Activation("softmax"))
