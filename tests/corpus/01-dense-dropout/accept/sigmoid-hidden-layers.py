# Sigmoid in the hidden layers is old-fashioned, but not linear.
# %% build-model
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="sigmoid"),
    keras.layers.Dropout(0.2),
    keras.layers.Dense(64, activation="sigmoid"),
    keras.layers.Dense(10, activation="softmax"),
])
