# Magics, shell commands, plots and prints, in the student's own cells and in solution cells.
# %% +before prepare-data
%matplotlib inline
!ls
import time, os
print(keras.__version__, os.getcwd() != "")
# %% +after build-model
model.summary()
model.layers[0].get_config()
# %% train-model
%%time
history = model.fit(x_train, y_train, batch_size=128, epochs=3, validation_split=0.2, verbose=0)
# %% +after train-model
%time predictions = model.predict(x_test[:10])
print(np.argmax(predictions, axis=1))
plt.plot(history.history["loss"]); plt.plot(history.history["val_loss"])
plt.show()
# %% evaluate-model
%time result = model.evaluate(x_test, y_test)
test_loss = result[0]
test_accuracy = result[1]
print(f"Test loss: {test_loss:.4f}\nTest accuracy: {test_accuracy:.2%}")
