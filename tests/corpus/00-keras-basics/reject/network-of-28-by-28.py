# The input is (28, 28), without a Flatten: each row of pixels is a sample.
# /// reject
# cell = "test-mnist-model"
# check = "SameArchitecture"
# message = ["input", "784", "28"]
# ///
# %% build-mnist-model
mnist_model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Dense(256, activation="relu"),
    keras.layers.Dropout(0.4),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dropout(0.3),
    keras.layers.Dense(10, activation="softmax"),
])
