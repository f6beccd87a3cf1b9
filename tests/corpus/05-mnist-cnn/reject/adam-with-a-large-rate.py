# The optimizer is Adam, at a rate of 1.
# /// reject
# cell = "test-compiled"
# check = "Compiled"
# message = ["optimizer: expected Adadelta, found Adam"]
# ///
# %% compile-model
model.compile(
    loss="categorical_crossentropy",
    optimizer=keras.optimizers.Adam(learning_rate=1.0),
    metrics=["accuracy"],
)
