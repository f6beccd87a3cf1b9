# The last layer has no softmax.
# /// reject
# cell = "test-mnist-model"
# check = "SameArchitecture"
# message = ["layer 5 (Dense)", "activation='softmax'", "'linear'"]
# ///
# %% build-mnist-model
mnist_model = keras.Sequential([
    keras.Input(shape=(784,)),
    keras.layers.Dense(256, activation="relu"),
    keras.layers.Dropout(0.4),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dropout(0.3),
    keras.layers.Dense(10),
])
