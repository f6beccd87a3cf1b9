# 128 units first, then 256.
# /// reject
# cell = "test-mnist-model"
# check = "SameArchitecture"
# message = ["layer 1 (Dense)", "units=256", "units=128"]
# ///
# %% build-mnist-model
mnist_model = keras.Sequential([
    keras.Input(shape=(784,)),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dropout(0.4),
    keras.layers.Dense(256, activation="relu"),
    keras.layers.Dropout(0.3),
    keras.layers.Dense(10, activation="softmax"),
])
