# A first attempt of one epoch; then the model is built and trained anew.
# %% train-model
model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train[:2000], y_train[:2000], epochs=1, verbose=0)
print("too bad:", history.history["accuracy"])

model = keras.models.clone_model(model)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, epochs=5, batch_size=32, validation_split=0.2, verbose=2)
