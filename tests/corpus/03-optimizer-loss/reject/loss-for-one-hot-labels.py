# categorical_crossentropy, though the labels are integers.
# /// reject
# cell = "test-optimizers"
# check = "Compiled"
# message = ["loss", "integer labels", "sparse_categorical_crossentropy"]
# ///
# %% compile-models
def compiled(optimizer):
    model = make_model()
    model.compile(optimizer=optimizer, loss="categorical_crossentropy", metrics=["accuracy"])
    return model


sgd_model = compiled(keras.optimizers.SGD(learning_rate=0.1))
rmsprop_model = compiled("rmsprop")
adam_model = compiled("adam")
adadelta_model = compiled(keras.optimizers.Adadelta(learning_rate=1.0))
slow_adadelta_model = compiled("adadelta")
