# After the training the student looks at predictions, a confusion matrix and the weights.
# %% +after train-model
loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"test accuracy: {accuracy:.2%}")
probabilities = model.predict(x_test, verbose=0)
guesses = probabilities.argmax(axis=1)
confusion = np.zeros((10, 10), dtype=int)
np.add.at(confusion, (y_test, guesses), 1)
plt.imshow(confusion)
plt.colorbar()
plt.show()
kernel, bias = model.layers[1].get_weights()
print(kernel.shape, bias.shape)
model.get_config()
