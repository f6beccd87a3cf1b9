# SGD by name has 0.01.
# /// reject
# cell = "test-optimizers"
# check = "Compiled"
# message = ["learning rate: expected 0.1, found 0.01"]
# ///
# %% compile-models
def compiled(optimizer):
    model = make_model()
    model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


sgd_model = compiled("sgd")
rmsprop_model = compiled("rmsprop")
adam_model = compiled("adam")
adadelta_model = compiled(keras.optimizers.Adadelta(learning_rate=1.0))
slow_adadelta_model = compiled("adadelta")
