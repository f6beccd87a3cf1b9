# Functions of one line, other names for their arguments, a lambda.
# %% write-conv2d-output-size
def conv2d_output_size(n, k, s=1, p="valid"): return 1 + (n - k) // s if p == "valid" else (n + s - 1) // s
# %% write-pool-output-size
pool_output_size = lambda size, pool, stride=None, padding="valid": conv2d_output_size(size, pool, stride or pool, padding)
# %% write-conv2d-parameters
def conv2d_parameters(kernel, in_channels, filters):
    return filters * (kernel[0] * kernel[1] * in_channels) + filters
# %% write-dense-parameters
dense_parameters = lambda inputs, units: inputs * units + units
