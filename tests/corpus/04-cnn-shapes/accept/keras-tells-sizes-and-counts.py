# Keras's layers are asked for their shapes and counts.
# %% write-conv2d-output-size
def conv2d_output_size(size, kernel, stride=1, padding="valid"):
    layer = keras.layers.Conv1D(1, kernel, strides=stride, padding=padding)
    return layer.compute_output_shape((None, size, 1))[1]
# %% write-pool-output-size
def pool_output_size(size, pool, stride=None, padding="valid"):
    layer = keras.layers.MaxPooling1D(pool, strides=stride, padding=padding)
    return layer.compute_output_shape((None, size, 1))[1]
# %% write-conv2d-parameters
def conv2d_parameters(kernel, in_channels, filters):
    layer = keras.layers.Conv2D(filters, kernel)
    layer.build((None, None, None, in_channels))
    return layer.count_params()
# %% write-dense-parameters
def dense_parameters(inputs, units):
    net = keras.Sequential([keras.layers.Input((inputs,)), keras.layers.Dense(units)])
    return net.count_params()
