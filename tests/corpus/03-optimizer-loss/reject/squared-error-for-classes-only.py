# The squared error is thought to be for classification only.
# /// reject
# cell = "test-kinds"
# check = "Answer"
# message = ["mean_squared_error", "any two numbers"]
# ///
# %% sort-losses
classification_only = {
    "sum_of_squared_errors": False,
    "mean_absolute_error": False,
    "root_mean_squared_error": False,
    "mean_squared_error": True,
    "categorical_crossentropy": True,
    "sparse_categorical_crossentropy": True,
}
