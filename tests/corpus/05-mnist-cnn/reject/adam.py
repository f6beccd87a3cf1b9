# The optimizer is Adam.
# /// reject
# cell = "test-compiled"
# check = "Compiled"
# message = ["optimizer: expected Adadelta, found Adam"]
# ///
# %% compile-model
model.compile(
    loss="categorical_crossentropy",
    optimizer="adam",
    metrics=["accuracy"],
)
