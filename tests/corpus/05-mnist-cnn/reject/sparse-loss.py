# The loss is the one for whole numbers.
# /// reject
# cell = "test-compiled"
# check = "Compiled"
# message = ["loss: expected categorical_crossentropy, found SparseCategoricalCrossentropy", "integer labels"]
# ///
# %% compile-model
model.compile(
    loss="sparse_categorical_crossentropy",
    optimizer=keras.optimizers.Adadelta(learning_rate=1.0),
    metrics=["accuracy"],
)
