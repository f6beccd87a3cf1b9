# Dropout follows Flatten, which changes nothing; padding and pooling are told in their own words.
# %% build-model
from functools import reduce

steps = [
    keras.layers.Conv2D(32, 3, activation="relu"),
    keras.layers.Conv2D(64, 3),
    keras.layers.MaxPooling2D(2),
    keras.layers.ReLU(),
    keras.layers.Flatten(),
    keras.layers.Dropout(0.25),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dropout(0.5),
    keras.layers.Dense(10, activation="softmax"),
]
start = keras.Input(shape=(28, 28, 1))
model = keras.Model(start, reduce(lambda x, step: step(x), steps, start))
# %% count-parameters
output_shapes = [(26, 26, 32), (24, 24, 64), (12, 12, 64), (12, 12, 64), (9216,), (128,), (128,), (10,)]
parameter_counts = [320, 18_496, 1_179_776, 1_290]
