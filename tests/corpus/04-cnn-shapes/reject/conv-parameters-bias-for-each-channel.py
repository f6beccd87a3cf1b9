# A bias for each channel of each filter.
# /// reject
# cell = "test-conv2d-parameters"
# check = "Calls"
# message = ["does not belong to an input channel"]
# ///
# %% write-conv2d-parameters
def conv2d_parameters(kernel, in_channels, filters):
    return (kernel[0] * kernel[1] + 1) * in_channels * filters
