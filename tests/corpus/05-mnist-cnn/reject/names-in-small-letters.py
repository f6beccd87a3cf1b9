# The names of the rows are in small letters.
# /// reject
# cell = "test-comparison"
# message = ["comparison[\"CNN\"]", "expected"]
# ///
# %% compare-networks
mlp_accuracy = mlp.evaluate(x_test, y_test, verbose=0)[1]
comparison = {
    "cnn": {"parameters": model.count_params(), "accuracy": test_accuracy},
    "mlp": {"parameters": mlp.count_params(), "accuracy": mlp_accuracy},
}
