# Arrays of weights are counted and not their numbers.
# /// reject
# cell = "test-comparison"
# check = "Answer"
# message = ["entry 1 (CNN): 8", "arrays"]
# ///
# %% compare-networks
mlp_accuracy = mlp.evaluate(x_test, y_test, verbose=0)[1]
comparison = {
    "CNN": {"parameters": len(model.get_weights()), "accuracy": test_accuracy},
    "MLP": {"parameters": len(mlp.get_weights()), "accuracy": mlp_accuracy},
}
