# The MLP's row has the CNN's accuracy.
# /// reject
# cell = "test-comparison"
# check = "Reported"
# message = ["you report"]
# ///
# %% compare-networks
mlp_accuracy = mlp.evaluate(x_test, y_test, verbose=0)[1]
comparison = {
    "CNN": {"parameters": model.count_params(), "accuracy": test_accuracy},
    "MLP": {"parameters": mlp.count_params(), "accuracy": test_accuracy},
}
