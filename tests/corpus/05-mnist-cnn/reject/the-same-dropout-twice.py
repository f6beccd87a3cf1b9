# One Dropout layer is used twice, at 0.25.
# /// reject
# cell = "test-architecture"
# check = "SameArchitecture"
# message = ["layer 7 (Dropout): expected rate=0.5, found rate=0.25"]
# ///
# %% build-model
drop = keras.layers.Dropout(0.25)
inputs = keras.Input(shape=(28, 28, 1))
x = keras.layers.Conv2D(32, 3, activation="relu")(inputs)
x = keras.layers.Conv2D(64, 3, activation="relu")(x)
x = drop(keras.layers.MaxPooling2D(2)(x))
x = keras.layers.Flatten()(x)
x = drop(keras.layers.Dense(128, activation="relu")(x))
outputs = keras.layers.Dense(10, activation="softmax")(x)
model = keras.Model(inputs, outputs)
