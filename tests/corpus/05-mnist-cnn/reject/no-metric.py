# No metric is given.
# /// reject
# cell = "test-compiled"
# check = "Compiled"
# message = ["metrics: expected accuracy among them, found none"]
# ///
# %% compile-model
model.compile(
    loss="categorical_crossentropy",
    optimizer=keras.optimizers.Adadelta(learning_rate=1.0),
)
