# tf.keras, rates written out, loss and metric as objects and functions.
# %% compile-models
import tensorflow as tf

loss = tf.keras.losses.SparseCategoricalCrossentropy()
metric = lambda: tf.keras.metrics.SparseCategoricalAccuracy(name="accuracy")

sgd_model, rmsprop_model, adam_model, adadelta_model, slow_adadelta_model = [make_model() for _ in range(5)]
sgd_model.compile(tf.keras.optimizers.SGD(0.1), loss=loss, metrics=[metric()])
rmsprop_model.compile(tf.keras.optimizers.RMSprop(learning_rate=1e-3), loss=loss, metrics=[metric()])
adam_model.compile(tf.keras.optimizers.Adam(learning_rate=0.001, beta_1=0.9), loss=loss, metrics=[metric()])
adadelta_model.compile(tf.keras.optimizers.Adadelta(learning_rate=1.0), loss=loss, metrics=["acc"])
slow_adadelta_model.compile(tf.keras.optimizers.Adadelta(learning_rate=0.001), loss=loss, metrics=["acc"])
