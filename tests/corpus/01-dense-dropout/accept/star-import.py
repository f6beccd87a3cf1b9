# from keras.layers import * brings all layers in.
# %% build-model
from keras.layers import *
from keras.models import *

model = Sequential([Input(shape=(28, 28)), Flatten(), Dense(128, activation="relu"), Dense(64, activation="relu"),
                    Dropout(0.3), Dense(10, activation="softmax")])
