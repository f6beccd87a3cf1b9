# The functional model makes a second hidden layer, but the output takes the first one's result.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["Dense", "missing"]
# ///
# %% build-model
inputs = keras.Input(shape=(28, 28))
flat = keras.layers.Flatten()(inputs)
hidden1 = keras.layers.Dense(128, activation="relu")(flat)
hidden2 = keras.layers.Dense(64, activation="relu")(hidden1)
dropped = keras.layers.Dropout(0.3)(hidden1)
outputs = keras.layers.Dense(10, activation="softmax")(dropped)
model = keras.Model(inputs, outputs)
