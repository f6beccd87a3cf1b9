# Another network is compiled.
# /// reject
# cell = "test-compiled"
# check = "Compiled"
# message = ["not compiled", "model.compile"]
# ///
# %% compile-model
network = keras.models.clone_model(model)
network.compile(
    loss="categorical_crossentropy",
    optimizer=keras.optimizers.Adadelta(learning_rate=1.0),
    metrics=["accuracy"],
)
