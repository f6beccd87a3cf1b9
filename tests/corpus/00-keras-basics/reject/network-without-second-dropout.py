# The second Dropout is forgotten.
# /// reject
# cell = "test-mnist-model"
# check = "SameArchitecture"
# message = ["Dropout(rate=0.3) is missing after layer 3 (Dense)"]
# ///
# %% build-mnist-model
mnist_model = keras.Sequential([
    keras.Input(shape=(784,)),
    keras.layers.Dense(256, activation="relu"),
    keras.layers.Dropout(0.4),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
