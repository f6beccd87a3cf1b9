# Reshape((-1,)) flattens, the pooling has its stride written out, the batch axis is in the Input.
# %% build-model
model = keras.Sequential()
model.add(keras.Input(batch_shape=(None, 28, 28, 1)))
model.add(keras.layers.Convolution2D(32, 3, activation="relu"))
model.add(keras.layers.Convolution2D(64, 3, activation="relu"))
model.add(keras.layers.MaxPool2D(2, strides=2))
model.add(keras.layers.Dropout(0.25))
model.add(keras.layers.Reshape((-1,)))
model.add(keras.layers.Dense(128, activation=keras.activations.relu))
model.add(keras.layers.Dropout(0.5))
model.add(keras.layers.Dense(10, activation=keras.activations.softmax))
