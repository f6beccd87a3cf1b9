# Accuracy and loss are worked out from the predictions with NumPy.
# %% evaluate-model
p = model.predict(x_test, batch_size=500, verbose=0)
test_accuracy = np.mean(p.argmax(axis=1) == y_test.argmax(axis=1))
test_loss = -np.mean(np.log(np.sum(p * y_test, axis=1)))
# %% compare-networks
hits = mlp.predict(x_test, verbose=0).argmax(1) == y_test.argmax(1)
comparison = {}
comparison["CNN"] = {"parameters": sum(np.prod(w.shape) for w in model.get_weights()), "accuracy": test_accuracy}
comparison["MLP"] = {"parameters": sum(np.prod(w.shape) for w in mlp.get_weights()), "accuracy": hits.sum() / len(hits)}
