# The bias is added for each input channel and not for each filter.
# /// reject
# cell = "test-conv2d-parameters"
# check = "Calls"
# message = ["bias does not belong to an input channel"]
# ///
# %% write-conv2d-parameters
def conv2d_parameters(kernel, in_channels, filters):
    return kernel[0] * kernel[1] * in_channels * filters + in_channels
