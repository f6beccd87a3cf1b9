# Sizes by NumPy, made whole with int, and NumPy's whole numbers elsewhere.
# %% write-conv2d-output-size
def conv2d_output_size(size, kernel, stride=1, padding="valid"):
    out = np.ceil(size / stride) if padding == "same" else np.floor((size - kernel) / stride + 1)
    return int(out)
# %% write-pool-output-size
def pool_output_size(size, pool, stride=None, padding="valid"):
    stride = stride or pool
    return np.int64(conv2d_output_size(size, pool, stride, padding))
# %% write-conv2d-parameters
def conv2d_parameters(kernel, in_channels, filters):
    return np.prod([*kernel, in_channels, filters]) + filters
# %% write-dense-parameters
def dense_parameters(inputs, units):
    return np.multiply(inputs, units) + units
