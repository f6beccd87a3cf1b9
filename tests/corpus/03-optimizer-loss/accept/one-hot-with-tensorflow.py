# tf.one_hot and tf.argmax give tensors.
# %% convert-labels
import tensorflow as tf


def to_one_hot(labels, classes):
    return tf.one_hot(labels, depth=classes)


def to_integers(one_hot):
    return tf.argmax(one_hot, axis=1).numpy()
