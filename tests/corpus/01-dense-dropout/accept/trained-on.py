# Trained for one epoch to see whether it works, then for six more.
# %% train-model
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=1, batch_size=128)
history = model.fit(x_train, y_train, epochs=6, batch_size=128, validation_split=0.1, verbose=0)
