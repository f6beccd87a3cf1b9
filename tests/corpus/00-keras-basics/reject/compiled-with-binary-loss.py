# The loss for two classes.
# /// reject
# cell = "test-model"
# check = "Compiled"
# message = ["loss: expected sparse_categorical_crossentropy, found BinaryCrossentropy", "two classes"]
# ///
# %% compile-model
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
