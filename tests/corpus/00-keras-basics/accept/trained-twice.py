# Trained for five epochs, and then for five more.
# %% train-model
model.fit(x_train, y_train, epochs=5, verbose=0)
history = model.fit(x_train, y_train, epochs=5, batch_size=32, verbose=0)
