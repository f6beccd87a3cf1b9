# The optimizer's learning rate is set after it is made.
# %% compile-models
def compiled(optimizer, rate=None):
    model = make_model()
    model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    if rate is not None:
        model.optimizer.learning_rate = rate
    return model


sgd_model = compiled("sgd", 0.1)
rmsprop_model = compiled("rmsprop")
adam_model = compiled("adam")
adadelta_model = compiled("adadelta", 1.0)
slow_adadelta_model = compiled("adadelta")
