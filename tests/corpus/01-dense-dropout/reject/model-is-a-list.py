# The layers are in a list, and no model is made of them.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["no model by itself", "keras.Sequential"]
# ///
# %% build-model
model = [
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dropout(0.3),
    keras.layers.Dense(10, activation="softmax"),
]
