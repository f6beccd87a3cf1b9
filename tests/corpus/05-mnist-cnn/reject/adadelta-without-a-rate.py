# Adadelta() has the default rate.
# /// reject
# cell = "test-compiled"
# check = "Compiled"
# message = ["learning rate: expected at least 0.5, found 0.001", "default learning rate in Keras 3"]
# ///
# %% compile-model
model.compile(
    loss="categorical_crossentropy",
    optimizer=keras.optimizers.Adadelta(),
    metrics=["accuracy"],
)
