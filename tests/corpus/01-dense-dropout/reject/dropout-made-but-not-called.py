# The functional model makes a Dropout and loses it: its result is not kept.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["Dropout(rate=between 0.1 and 0.6) is missing"]
# ///
# %% build-model
inputs = keras.Input(shape=(28, 28))
x = keras.layers.Flatten()(inputs)
x = keras.layers.Dense(128, activation="relu")(x)
x = keras.layers.Dense(64, activation="relu")(x)
keras.layers.Dropout(0.3)(x)
outputs = keras.layers.Dense(10, activation="softmax")(x)
model = keras.Model(inputs, outputs)
