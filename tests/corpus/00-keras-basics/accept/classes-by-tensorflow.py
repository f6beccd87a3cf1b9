# The classes are found with tf.argmax and stay a tensor.
# %% predict-classes
import tensorflow as tf

predictions = model.predict(x_test, batch_size=256, verbose=0)
predicted_classes = tf.argmax(predictions, axis=1)
