# The model is built again after the training, so the trained weights are gone.
# /// reject
# cell = "test-accuracy"
# check = "TestAccuracy"
# message = ["not trained"]
# ///
# %% +after train-model
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dropout(0.3),
    keras.layers.Dense(10, activation="softmax"),
])
