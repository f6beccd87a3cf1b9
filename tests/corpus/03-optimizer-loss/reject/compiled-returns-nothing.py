# model = make_model().compile(...) keeps None.
# /// reject
# cell = "test-optimizers"
# check = "Compiled"
# message = ["found None", "compile"]
# ///
# %% compile-models
def compiled(optimizer):
    return make_model().compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])


sgd_model = compiled(keras.optimizers.SGD(learning_rate=0.1))
rmsprop_model = compiled("rmsprop")
adam_model = compiled("adam")
adadelta_model = compiled(keras.optimizers.Adadelta(learning_rate=1.0))
slow_adadelta_model = compiled("adadelta")
