# One model is compiled five times: all five names mean the last.
# /// reject
# cell = "test-optimizers"
# check = "Compiled"
# message = ["optimizer: expected SGD, found Adadelta"]
# ///
# %% compile-models
model = make_model()
model.compile(keras.optimizers.SGD(learning_rate=0.1), "sparse_categorical_crossentropy", metrics=["accuracy"])
sgd_model = model
model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
rmsprop_model = model
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
adam_model = model
model.compile(keras.optimizers.Adadelta(learning_rate=1.0), "sparse_categorical_crossentropy", metrics=["accuracy"])
adadelta_model = model
model.compile("adadelta", "sparse_categorical_crossentropy", metrics=["accuracy"])
slow_adadelta_model = model
