# The squared error.
# /// reject
# cell = "test-model"
# check = "Compiled"
# message = ["loss", "for numbers", "cross-entropy"]
# ///
# %% compile-model
model.compile(optimizer="adam", loss="mse", metrics=["accuracy"])
