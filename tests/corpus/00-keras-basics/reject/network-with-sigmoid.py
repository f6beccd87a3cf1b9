# The hidden layers have sigmoid.
# /// reject
# cell = "test-mnist-model"
# check = "SameArchitecture"
# message = ["layer 1 (Dense)", "activation='relu'", "'sigmoid'"]
# ///
# %% build-mnist-model
mnist_model = keras.Sequential([
    keras.Input(shape=(784,)),
    keras.layers.Dense(256, activation="sigmoid"),
    keras.layers.Dropout(0.4),
    keras.layers.Dense(128, activation="sigmoid"),
    keras.layers.Dropout(0.3),
    keras.layers.Dense(10, activation="softmax"),
])
