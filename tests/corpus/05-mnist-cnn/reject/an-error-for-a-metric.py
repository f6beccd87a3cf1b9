# The metric is an error.
# /// reject
# cell = "test-compiled"
# check = "Compiled"
# message = ["metrics: expected accuracy among them, found"]
# ///
# %% compile-model
model.compile(
    loss="categorical_crossentropy",
    optimizer=keras.optimizers.Adadelta(learning_rate=1.0),
    metrics=["mse"],
)
