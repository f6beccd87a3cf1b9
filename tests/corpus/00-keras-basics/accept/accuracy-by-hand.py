# The accuracy is counted by hand from the predictions.
# %% evaluate-model
test_loss = model.evaluate(x_test, y_test, verbose=0)[0]
guessed = model.predict(x_test, verbose=0).argmax(axis=-1)
test_accuracy = (guessed == y_test).mean()
