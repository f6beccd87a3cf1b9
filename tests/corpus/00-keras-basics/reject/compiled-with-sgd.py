# The example's optimizer is copied: sgd.
# /// reject
# cell = "test-model"
# check = "Compiled"
# message = ["optimizer: expected adam, found SGD"]
# ///
# %% compile-model
model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
