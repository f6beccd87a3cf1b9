# The biases are missing.
# /// reject
# cell = "test-conv2d-parameters"
# check = "Calls"
# message = ["gave 288, expected 320", "bias is missing"]
# ///
# %% write-conv2d-parameters
def conv2d_parameters(kernel, in_channels, filters):
    return kernel[0] * kernel[1] * in_channels * filters
