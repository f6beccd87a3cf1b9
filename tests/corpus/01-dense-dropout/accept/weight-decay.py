# The hidden layers have an L2 regularizer and a constraint.
# %% build-model
l2 = keras.regularizers.l2(1e-4)
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="relu", kernel_regularizer=l2),
    keras.layers.Dense(64, activation="relu", kernel_regularizer=l2),
    keras.layers.Dropout(0.3),
    keras.layers.Dense(10, activation="softmax"),
])
