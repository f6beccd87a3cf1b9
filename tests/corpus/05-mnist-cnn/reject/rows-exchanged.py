# The numbers of the two networks are exchanged.
# /// reject
# cell = "test-comparison"
# check = "Answer"
# message = ["CNN", "other network"]
# ///
# %% compare-networks
mlp_accuracy = mlp.evaluate(x_test, y_test, verbose=0)[1]
comparison = {
    "CNN": {"parameters": mlp.count_params(), "accuracy": mlp_accuracy},
    "MLP": {"parameters": model.count_params(), "accuracy": test_accuracy},
}
