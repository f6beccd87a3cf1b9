# adadelta_model has Keras's default rate.
# /// reject
# cell = "test-optimizers"
# check = "Compiled"
# message = ["learning rate: expected 1.0, found 0.001", "Adadelta(learning_rate=1.0)"]
# ///
# %% compile-models
def compiled(optimizer):
    model = make_model()
    model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


sgd_model = compiled(keras.optimizers.SGD(learning_rate=0.1))
rmsprop_model = compiled("rmsprop")
adam_model = compiled("adam")
adadelta_model = compiled("adadelta")
slow_adadelta_model = compiled("adadelta")
