# model = ....summary() keeps None instead of the network.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["expected a Keras model, found None"]
# ///
# %% build-model
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dropout(0.3),
    keras.layers.Dense(10, activation="softmax"),
]).summary()
