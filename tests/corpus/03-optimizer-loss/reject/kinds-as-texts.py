# "True" and "False" as texts.
# /// reject
# cell = "test-kinds"
# check = "Answer"
# message = ["expected True or False, found a text"]
# ///
# %% sort-losses
classification_only = {
    "sum_of_squared_errors": "False",
    "mean_absolute_error": "False",
    "root_mean_squared_error": "False",
    "mean_squared_error": "False",
    "categorical_crossentropy": "True",
    "sparse_categorical_crossentropy": "True",
}
