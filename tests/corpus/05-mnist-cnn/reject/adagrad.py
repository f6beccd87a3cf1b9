# The optimizer is Adagrad, which sounds alike.
# /// reject
# cell = "test-compiled"
# check = "Compiled"
# message = ["optimizer: expected Adadelta, found Adagrad"]
# ///
# %% compile-model
model.compile(
    loss="categorical_crossentropy",
    optimizer=keras.optimizers.Adagrad(learning_rate=1.0),
    metrics=["accuracy"],
)
