# Adagrad is not Adadelta.
# /// reject
# cell = "test-optimizers"
# check = "Compiled"
# message = ["optimizer: expected Adadelta, found Adagrad"]
# ///
# %% compile-models
def compiled(optimizer):
    model = make_model()
    model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


sgd_model = compiled(keras.optimizers.SGD(learning_rate=0.1))
rmsprop_model = compiled("rmsprop")
adam_model = compiled("adam")
adadelta_model = compiled(keras.optimizers.Adagrad(learning_rate=1.0))
slow_adadelta_model = compiled("adagrad")
