# The hidden layer has no activation, so that both Dense layers together compute no more than one.
# /// reject
# cell = "test-model"
# check = "Layers"
# message = ["layer 2 (Dense)", "activation"]
# ///
# %% build-model
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28)),
        keras.layers.Flatten(),
        keras.layers.Dense(32),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
