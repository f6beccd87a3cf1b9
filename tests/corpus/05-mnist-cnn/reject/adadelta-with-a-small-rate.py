# Adadelta with the rate that others use by default.
# /// reject
# cell = "test-compiled"
# check = "Compiled"
# message = ["learning rate: expected at least 0.5, found 0.01"]
# ///
# %% compile-model
model.compile(
    loss="categorical_crossentropy",
    optimizer=keras.optimizers.Adadelta(learning_rate=0.01),
    metrics=["accuracy"],
)
