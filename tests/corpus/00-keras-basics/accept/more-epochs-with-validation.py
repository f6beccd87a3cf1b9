# Seven epochs with validation images; the batch size is left to Keras.
# %% train-model
history = model.fit(x_train, y_train, epochs=7, validation_split=0.1, verbose=0)
# %% +after train-model
history.history.keys()
plt.plot(history.history["val_accuracy"])
plt.show()
