# The rate is given in percent; Keras refuses it.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["rate"]
# ///
# %% build-model
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dropout(30),
    keras.layers.Dense(10, activation="softmax"),
])
