# 64 units instead of 128.
# /// reject
# cell = "test-model"
# check = "SameArchitecture"
# message = ["layer 2 (Dense)", "units=128", "units=64"]
# ///
# %% build-model
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
