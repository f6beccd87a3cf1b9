# The dictionary is made from a set, by a comprehension.
# %% sort-losses
names = [
    "sum_of_squared_errors", "mean_absolute_error", "root_mean_squared_error",
    "mean_squared_error", "categorical_crossentropy", "sparse_categorical_crossentropy",
]
classification_only = {name: "crossentropy" in name for name in names}
print(classification_only)
