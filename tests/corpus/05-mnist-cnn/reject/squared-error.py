# The loss is a squared error.
# /// reject
# cell = "test-compiled"
# check = "Compiled"
# message = ["loss: expected categorical_crossentropy, found MeanSquaredError", "for classes"]
# ///
# %% compile-model
model.compile(
    loss="mse",
    optimizer=keras.optimizers.Adadelta(learning_rate=1.0),
    metrics=["accuracy"],
)
