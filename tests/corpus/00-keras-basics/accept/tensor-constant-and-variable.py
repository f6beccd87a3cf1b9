# tf.constant of a nested list; the place is a NumPy integer, found by searching a picture.
# %% make-tensor
import tensorflow as tf

rows = [[[1.0, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]], [[13, 14, 15, 16], [17, 18, 19, 20], [21, 22, 23, 24]]]
my_tensor = tf.constant(rows)
print(my_tensor.shape, my_tensor.dtype)
blank = np.zeros((28, 28))
blank[10][17] = 1
place = np.argmax(blank.flatten())
