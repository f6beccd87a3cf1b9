# evaluate's list is kept first; the accuracy is rounded to four digits.
# %% evaluate-model
results = model.evaluate(x_test, y_test, batch_size=128)
test_loss = results[0]
test_accuracy = round(results[1], 4)
print("loss", test_loss, "accuracy", test_accuracy)
