# The hidden layers use tanh and gelu, which are not linear either.
# %% build-model
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="tanh"),
    keras.layers.Dropout(0.1),
    keras.layers.Dense(64, activation="gelu"),
    keras.layers.Dense(10, activation="softmax"),
])
