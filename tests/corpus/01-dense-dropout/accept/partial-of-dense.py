# functools.partial makes a Dense with a default activation.
# %% build-model
from functools import partial

RegularizedDense = partial(keras.layers.Dense, activation="relu", kernel_initializer="he_normal")
model = keras.Sequential([
    keras.layers.Input(shape=[28, 28]),
    keras.layers.Flatten(),
    RegularizedDense(128),
    RegularizedDense(64),
    keras.layers.Dropout(rate=0.3),
    RegularizedDense(10, activation="softmax", kernel_initializer="glorot_uniform"),
])
