# The rate is set after the network was compiled by name.
# %% compile-model
model.compile(optimizer="adadelta", loss="categorical_crossentropy", metrics=["accuracy"])
model.optimizer.learning_rate = 1.0
# %% train-model
epochs = 3
history = model.fit(x=x_train, y=y_train, validation_split=0.2, epochs=epochs, batch_size=2**7, verbose="auto")
