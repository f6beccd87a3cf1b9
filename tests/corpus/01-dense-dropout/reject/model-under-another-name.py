# The network is kept as my_model, and model does not exist.
# /// reject
# cell = "test-architecture"
# check = "Layers"
# message = ["model"]
# ///
# %% build-model
my_model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dropout(0.3),
    keras.layers.Dense(10, activation="softmax"),
])
# %% count-parameters
parameter_counts = [100480, 8256, 650]
# %% train-model
my_model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = my_model.fit(x_train, y_train, epochs=5, batch_size=32, validation_split=0.2, verbose=2)
