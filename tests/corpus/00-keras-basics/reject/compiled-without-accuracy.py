# The metric is forgotten.
# /// reject
# cell = "test-model"
# check = "Compiled"
# message = ["metrics", "accuracy", "none"]
# ///
# %% compile-model
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
