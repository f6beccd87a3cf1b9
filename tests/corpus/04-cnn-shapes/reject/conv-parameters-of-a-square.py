# The kernel is taken to be square.
# /// reject
# cell = "test-conv2d-parameters"
# check = "Calls"
# message = ["need not be square"]
# ///
# %% write-conv2d-parameters
def conv2d_parameters(kernel, in_channels, filters):
    k = kernel[0]
    return (k * k * in_channels + 1) * filters
