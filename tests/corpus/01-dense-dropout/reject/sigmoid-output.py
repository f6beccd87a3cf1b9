# The last layer has sigmoid, as for two classes.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["layer 5 (Dense)", "activation='softmax'", "'sigmoid'"]
# ///
# %% build-model
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dropout(0.3),
    keras.layers.Dense(10, activation="sigmoid"),
])
