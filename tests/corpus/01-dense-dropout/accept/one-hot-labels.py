# The labels are made one-hot with to_categorical, and the loss is categorical_crossentropy.
# %% train-model
y_one_hot = keras.utils.to_categorical(y_train, 10)
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_one_hot, epochs=5, batch_size=32, validation_split=0.2, verbose=2)
