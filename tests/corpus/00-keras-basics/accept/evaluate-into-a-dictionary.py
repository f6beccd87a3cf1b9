# evaluate gives a dictionary.
# %% evaluate-model
scores = model.evaluate(x_test, y_test, verbose=0, return_dict=True)
test_loss, test_accuracy = scores["loss"], scores["accuracy"]
