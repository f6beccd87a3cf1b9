# The table is a list.
# /// reject
# cell = "test-comparison"
# message = ["comparison[\"CNN\"]", "expected"]
# ///
# %% compare-networks
mlp_accuracy = mlp.evaluate(x_test, y_test, verbose=0)[1]
comparison = [
    {"parameters": model.count_params(), "accuracy": test_accuracy},
    {"parameters": mlp.count_params(), "accuracy": mlp_accuracy},
]
