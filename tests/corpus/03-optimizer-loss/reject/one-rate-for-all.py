# Every optimizer is given 0.1.
# /// reject
# cell = "test-optimizers"
# check = "Compiled"
# message = ["learning rate: expected 0.001, found 0.1"]
# ///
# %% compile-models
def compiled(optimizer):
    model = make_model()
    model.compile(optimizer=optimizer(learning_rate=0.1), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


sgd_model = compiled(keras.optimizers.SGD)
rmsprop_model = compiled(keras.optimizers.RMSprop)
adam_model = compiled(keras.optimizers.Adam)
adadelta_model = compiled(keras.optimizers.Adadelta)
slow_adadelta_model = compiled(keras.optimizers.Adadelta)
