# TensorFlow's GradientTape works the gradient out.
# %% write-gradient
import tensorflow as tf


def gradient(w, b, x, y):
    w, b = tf.Variable(w, dtype="float64"), tf.Variable(b, dtype="float64")
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((w * x + b - y) ** 2)
    dw, db = tape.gradient(loss, [w, b])
    return float(dw), float(db)
