# Layers are added in a loop over the numbers of units, with a Dropout layer after each.
# %% build-model
model = keras.Sequential()
model.add(keras.layers.Input((28, 28)))
model.add(keras.layers.Flatten())
for units in [128, 64]:
    model.add(keras.layers.Dense(units, activation="relu"))
    model.add(keras.layers.Dropout(0.25))
model.add(keras.layers.Dense(10, activation="softmax"))
