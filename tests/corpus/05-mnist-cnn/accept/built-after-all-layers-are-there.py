# No Input: the network is built for its shape when all layers are there.
# %% build-model
model = keras.Sequential()
model.add(keras.layers.Conv2D(32, 3, activation="relu"))
model.add(keras.layers.Conv2D(64, 3, activation="relu"))
model.add(keras.layers.MaxPooling2D())
model.add(keras.layers.Dropout(0.25))
model.add(keras.layers.Flatten())
model.add(keras.layers.Dense(128, activation="relu"))
model.add(keras.layers.Dropout(0.5))
model.add(keras.layers.Dense(10, activation="softmax"))
model.build(input_shape=(None, 28, 28, 1))
print(model.count_params())
