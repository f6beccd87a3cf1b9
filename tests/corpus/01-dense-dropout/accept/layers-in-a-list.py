# The layers are put into a list first.
# %% build-model
stack = [keras.Input(shape=(28, 28)), keras.layers.Flatten()]
stack += [keras.layers.Dense(n, activation="relu") for n in (128, 64)]
stack.append(keras.layers.Dropout(0.3))
stack.append(keras.layers.Dense(10, activation="softmax"))
model = keras.Sequential(stack)
