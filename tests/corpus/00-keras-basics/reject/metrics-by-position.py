# The metrics are given third, by position, as in Keras 2: Keras 3 takes them for something else.
# /// reject
# cell = "test-model"
# check = "Compiled"
# message = ["metrics: expected accuracy", "found none", "metrics=["]
# ///
# %% compile-model
model.compile("adam", "sparse_categorical_crossentropy", ["accuracy"])
