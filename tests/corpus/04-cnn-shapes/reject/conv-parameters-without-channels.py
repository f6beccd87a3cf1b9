# The input channels are missing.
# /// reject
# cell = "test-conv2d-parameters"
# check = "Calls"
# message = ["gave 416, expected 1,216", "input channels are missing"]
# ///
# %% write-conv2d-parameters
def conv2d_parameters(kernel, in_channels, filters):
    return (kernel[0] * kernel[1] + 1) * filters
