# The rows have validation accuracies.
# /// reject
# cell = "test-comparison"
# check = "Reported"
# message = ["validation images"]
# ///
# %% compare-networks
mlp_accuracy = mlp.evaluate(x_test, y_test, verbose=0)[1]
comparison = {
    "CNN": {"parameters": model.count_params(), "accuracy": history.history["val_accuracy"][-1]},
    "MLP": {"parameters": mlp.count_params(), "accuracy": mlp_history.history["val_accuracy"][-1]},
}
