# The rates are what is kept: 0.6 and 0.7.
# /// reject
# cell = "test-mnist-model"
# check = "SameArchitecture"
# message = ["layer 2 (Dropout)", "rate=0.4", "rate=0.6", "share of numbers that it sets to zero"]
# ///
# %% build-mnist-model
mnist_model = keras.Sequential([
    keras.Input(shape=(784,)),
    keras.layers.Dense(256, activation="relu"),
    keras.layers.Dropout(0.6),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dropout(0.7),
    keras.layers.Dense(10, activation="softmax"),
])
