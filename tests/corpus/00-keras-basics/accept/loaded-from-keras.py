# The data are loaded again from keras.datasets.
# %% scale-data
(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train / 255, x_test / 255
