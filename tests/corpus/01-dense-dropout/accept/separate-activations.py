# Every activation is a layer of its own, the last one too.
# %% build-model
from keras.layers import Activation, Dense, Dropout, Flatten

model = keras.models.Sequential()
model.add(Flatten(input_shape=(28, 28)))
model.add(Dense(128))
model.add(Activation("relu"))
model.add(Dense(64))
model.add(Activation("relu"))
model.add(Dropout(0.3))
model.add(Dense(10))
model.add(Activation("softmax"))
