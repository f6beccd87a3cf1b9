# The loss is the one for one-hot labels.
# /// reject
# cell = "test-model"
# check = "Compiled"
# message = ["loss", "integer labels", "sparse_categorical_crossentropy"]
# ///
# %% compile-model
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
