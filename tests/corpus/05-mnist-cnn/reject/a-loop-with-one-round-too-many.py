# The loop adds a third convolution.
# /// reject
# cell = "test-architecture"
# check = "SameArchitecture"
# message = ["layer 3 (Conv2D)", "one layer too many"]
# ///
# %% build-model
model = keras.Sequential([keras.Input((28, 28, 1))])
for filters in (32, 64, 128):
    model.add(keras.layers.Conv2D(filters, 3, activation="relu"))
model.add(keras.layers.MaxPooling2D(2))
model.add(keras.layers.Dropout(0.25))
model.add(keras.layers.Flatten())
model.add(keras.layers.Dense(128, activation="relu"))
model.add(keras.layers.Dropout(0.5))
model.add(keras.layers.Dense(10, activation="softmax"))
