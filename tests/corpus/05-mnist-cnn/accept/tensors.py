# Images and labels are tensors of TensorFlow's.
# %% prepare-data
import tensorflow as tf

(x_train, y_train), (x_test, y_test) = mnist.load_data()
x_train = tf.cast(x_train[..., None], tf.float32) / 255.0
x_test = tf.cast(tf.expand_dims(x_test, -1), tf.float32) / 255.0
y_train = tf.one_hot(y_train, 10)
y_test = tf.one_hot(y_test, 10)
# %% +before test-data
%matplotlib inline
plt.imshow(x_train[0, :, :, 0], cmap="gray")
plt.title(str(np.argmax(y_train[0])))
plt.show()
