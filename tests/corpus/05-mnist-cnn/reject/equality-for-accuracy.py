# The metric Accuracy asks for equality of numbers.
# /// reject
# cell = "test-compiled"
# check = "Compiled"
# message = ["metrics: expected accuracy among them, found Accuracy", "text \"accuracy\""]
# ///
# %% compile-model
model.compile(
    loss="categorical_crossentropy",
    optimizer=keras.optimizers.Adadelta(learning_rate=1.0),
    metrics=[keras.metrics.Accuracy()],
)
