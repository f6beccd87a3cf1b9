# The key is called params.
# /// reject
# cell = "test-comparison"
# message = ["comparison[\"CNN\"]", "parameters"]
# ///
# %% compare-networks
mlp_accuracy = mlp.evaluate(x_test, y_test, verbose=0)[1]
comparison = {
    "CNN": {"params": model.count_params(), "accuracy": test_accuracy},
    "MLP": {"params": mlp.count_params(), "accuracy": mlp_accuracy},
}
