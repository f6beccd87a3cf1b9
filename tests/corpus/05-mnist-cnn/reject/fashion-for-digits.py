# The data set is Fashion-MNIST.
# /// reject
# cell = "test-data"
# check = "Prepared"
# message = ["x_train", "not the images of MNIST"]
# ///
# %% prepare-data
from keras.datasets import fashion_mnist

(x_train, y_train), (x_test, y_test) = fashion_mnist.load_data()
x_train = x_train.reshape(-1, 28, 28, 1).astype("float32") / 255
x_test = x_test.reshape(-1, 28, 28, 1).astype("float32") / 255
y_train = keras.utils.to_categorical(y_train, 10)
y_test = keras.utils.to_categorical(y_test, 10)
