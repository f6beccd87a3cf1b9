# TensorFlow's functions give tensors of one number.
# %% write-errors
import tensorflow as tf


def sum_of_squared_errors(y_true, y_pred):
    return tf.reduce_sum(tf.square(y_true - y_pred))


def mean_absolute_error(y_true, y_pred):
    return tf.reduce_mean(tf.abs(y_true - y_pred))


def root_mean_squared_error(y_true, y_pred):
    return tf.sqrt(tf.reduce_mean(tf.square(y_true - y_pred)))
