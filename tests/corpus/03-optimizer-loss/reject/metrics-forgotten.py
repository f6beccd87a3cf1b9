# No metrics.
# /// reject
# cell = "test-optimizers"
# check = "Compiled"
# message = ["metrics: expected accuracy among them, found none"]
# ///
# %% compile-models
def compiled(optimizer):
    model = make_model()
    model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy")
    return model


sgd_model = compiled(keras.optimizers.SGD(learning_rate=0.1))
rmsprop_model = compiled("rmsprop")
adam_model = compiled("adam")
adadelta_model = compiled(keras.optimizers.Adadelta(learning_rate=1.0))
slow_adadelta_model = compiled("adadelta")
