# The last layer has relu like the others, from a loop that treats all layers alike.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["layer 5 (Dense)", "activation='softmax'", "'relu'"]
# ///
# %% build-model
model = keras.Sequential([keras.Input(shape=(28, 28)), keras.layers.Flatten()])
for units in (128, 64, 10):
    if units == 10:
        model.add(keras.layers.Dropout(0.3))
    model.add(keras.layers.Dense(units, activation="relu"))
