# A convolutional layer, where only Dense and Dropout are allowed.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["Conv2D"]
# ///
# %% build-model
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Reshape((28, 28, 1)),
    keras.layers.Conv2D(8, 3, strides=2, activation="relu"),
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dropout(0.3),
    keras.layers.Dense(10, activation="softmax"),
])
# %% count-parameters
parameter_counts = [l.count_params() for l in model.layers if l.count_params()]
