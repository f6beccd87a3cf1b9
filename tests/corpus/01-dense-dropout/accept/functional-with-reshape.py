# A functional model that flattens with Reshape and gives each activation a layer of its own.
# %% build-model
inputs = keras.Input(shape=(28, 28))
x = keras.layers.Reshape((784,))(inputs)
x = keras.layers.Dense(128)(x)
x = keras.layers.ReLU()(x)
x = keras.layers.Dropout(0.2)(x)
x = keras.layers.Dense(64)(x)
x = keras.layers.Activation("relu")(x)
outputs = keras.layers.Dense(10, activation="softmax")(x)
model = keras.Model(inputs, outputs)
