# The input of 784 numbers is made a Dense layer of 784 units.
# /// reject
# cell = "test-mnist-model"
# check = "SameArchitecture"
# message = ["layer 1 (Dense)", "units=784", "too many"]
# ///
# %% build-mnist-model
mnist_model = keras.Sequential([
    keras.Input(shape=(784,)),
    keras.layers.Dense(784, activation="relu"),
    keras.layers.Dense(256, activation="relu"),
    keras.layers.Dropout(0.4),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dropout(0.3),
    keras.layers.Dense(10, activation="softmax"),
])
