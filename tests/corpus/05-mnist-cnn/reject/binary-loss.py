# The loss is the one for two classes.
# /// reject
# cell = "test-compiled"
# check = "Compiled"
# message = ["loss: expected categorical_crossentropy, found BinaryCrossentropy", "two classes"]
# ///
# %% compile-model
model.compile(
    loss="binary_crossentropy",
    optimizer=keras.optimizers.Adadelta(learning_rate=1.0),
    metrics=["accuracy"],
)
