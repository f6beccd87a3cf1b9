# The validation images are cut off by hand.
# %% train-model
x_val, y_val = x_train[-2000:], y_train[-2000:]
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(
    x_train[:-2000], y_train[:-2000], epochs=6, batch_size=64, validation_data=(x_val, y_val), verbose=2
)
