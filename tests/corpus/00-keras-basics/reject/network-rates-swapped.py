# The two Dropout rates are swapped.
# /// reject
# cell = "test-mnist-model"
# check = "SameArchitecture"
# message = ["layer 2 (Dropout)", "rate=0.4", "rate=0.3"]
# ///
# %% build-mnist-model
mnist_model = keras.Sequential([
    keras.Input(shape=(784,)),
    keras.layers.Dense(256, activation="relu"),
    keras.layers.Dropout(0.3),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dropout(0.4),
    keras.layers.Dense(10, activation="softmax"),
])
