# The accuracies are in percent.
# /// reject
# cell = "test-comparison"
# check = "Reported"
# message = ["share between 0 and 1"]
# ///
# %% compare-networks
mlp_accuracy = mlp.evaluate(x_test, y_test, verbose=0)[1]
comparison = {
    "CNN": {"parameters": model.count_params(), "accuracy": 100 * test_accuracy},
    "MLP": {"parameters": mlp.count_params(), "accuracy": 100 * mlp_accuracy},
}
