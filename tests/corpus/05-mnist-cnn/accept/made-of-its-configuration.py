# The network is written down as JSON and made anew of it.
# %% build-model
draft = keras.Sequential()
draft.add(keras.Input(shape=(28, 28, 1)))
draft.add(keras.layers.Conv2D(32, 3, activation="relu"))
draft.add(keras.layers.Conv2D(64, 3, activation="relu"))
draft.add(keras.layers.MaxPooling2D(2))
draft.add(keras.layers.Dropout(0.25))
draft.add(keras.layers.Flatten())
draft.add(keras.layers.Dense(128, activation="relu"))
draft.add(keras.layers.Dropout(0.5))
draft.add(keras.layers.Dense(10, activation="softmax"))
model = keras.models.model_from_json(draft.to_json())
