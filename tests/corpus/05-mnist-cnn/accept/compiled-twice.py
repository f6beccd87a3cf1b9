# The network is compiled by name first and then once more as asked.
# %% compile-model
model.compile(optimizer="adam", loss="mse")
optimizer = keras.optimizers.Adadelta(learning_rate=1.0)
loss = keras.losses.CategoricalCrossentropy()
model.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"])
