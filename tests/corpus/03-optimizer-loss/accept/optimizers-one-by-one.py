# Five times the same lines, optimizers as objects.
# %% compile-models
from keras.optimizers import SGD, Adadelta, Adam, RMSprop

sgd_model = make_model()
sgd_model.compile(optimizer=SGD(learning_rate=0.1), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
rmsprop_model = make_model()
rmsprop_model.compile(optimizer=RMSprop(), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
adam_model = make_model()
adam_model.compile(optimizer=Adam(), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
adadelta_model = make_model()
adadelta_model.compile(optimizer=Adadelta(1.0), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
slow_adadelta_model = make_model()
slow_adadelta_model.compile(optimizer=Adadelta(), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
