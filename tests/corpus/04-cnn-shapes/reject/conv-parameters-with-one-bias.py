# One bias for the whole layer.
# /// reject
# cell = "test-conv2d-parameters"
# check = "Calls"
# message = ["bias is not one for the layer"]
# ///
# %% write-conv2d-parameters
def conv2d_parameters(kernel, in_channels, filters):
    return kernel[0] * kernel[1] * in_channels * filters + 1
