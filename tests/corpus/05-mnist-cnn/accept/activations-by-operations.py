# Functional, with activations called as functions.
# %% build-model
inputs = keras.Input((28, 28, 1))
x = keras.activations.relu(keras.layers.Conv2D(32, 3)(inputs))
x = keras.ops.relu(keras.layers.Conv2D(64, 3)(x))
x = keras.layers.MaxPooling2D()(x)
x = keras.layers.Dropout(0.25)(x)
x = keras.layers.Flatten()(x)
x = keras.ops.relu(keras.layers.Dense(128)(x))
x = keras.layers.Dropout(0.5)(x)
x = keras.ops.softmax(keras.layers.Dense(10)(x))
model = keras.Model(inputs, x)
