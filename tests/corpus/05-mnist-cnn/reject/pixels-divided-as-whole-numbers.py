# The pixels are divided as whole numbers, so that only 0 and 1 are left.
# /// reject
# cell = "test-data"
# check = "Prepared"
# message = ["x_train", "whole numbers", "/ 255"]
# ///
# %% prepare-data
(x_train, y_train), (x_test, y_test) = mnist.load_data()
x_train = x_train.reshape(-1, 28, 28, 1) // 255
x_test = x_test.reshape(-1, 28, 28, 1) // 255
y_train = keras.utils.to_categorical(y_train, 10)
y_test = keras.utils.to_categorical(y_test, 10)
