# There is no Flatten.
# /// reject
# cell = "test-model"
# check = "SameArchitecture"
# message = ["Flatten() is missing at the beginning"]
# ///
# %% build-model
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
