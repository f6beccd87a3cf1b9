# A functional encoder is called by another functional model.
# %% build-model
encoder_input = keras.Input(shape=(28, 28))
h = keras.layers.Flatten()(encoder_input)
h = keras.layers.Dense(128, activation="relu")(h)
h = keras.layers.Dense(64, activation="relu")(h)
encoder = keras.Model(encoder_input, h, name="encoder")

image = keras.Input(shape=(28, 28), name="image")
h = encoder(image)
h = keras.layers.Dropout(0.3)(h)
model = keras.Model(inputs=image, outputs=keras.layers.Dense(10, activation="softmax")(h), name="classifier")
