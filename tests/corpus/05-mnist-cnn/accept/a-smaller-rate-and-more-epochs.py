# A learning rate of 0.5 and four epochs, as the text allows.
# %% compile-model
model.compile(
    loss="categorical_crossentropy", optimizer=keras.optimizers.Adadelta(learning_rate=0.5), metrics=["accuracy"]
)
# %% train-model
history = model.fit(x_train, y_train, batch_size=128, epochs=4, validation_split=0.2, verbose=2)
