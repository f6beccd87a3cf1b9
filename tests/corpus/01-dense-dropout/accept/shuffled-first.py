# The pictures are shuffled, each with its label, before the training.
# %% train-model
order = np.random.permutation(len(x_train))
x_shuffled, y_shuffled = x_train[order], y_train[order]
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_shuffled, y_shuffled, epochs=5, batch_size=32, validation_split=0.2, verbose=2)
