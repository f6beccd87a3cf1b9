# The kernel is taken to be one number.
# /// reject
# cell = "test-conv2d-parameters"
# check = "Calls"
# message = ["raised TypeError", "tuple"]
# ///
# %% write-conv2d-parameters
def conv2d_parameters(kernel, in_channels, filters):
    return (kernel**2 * in_channels + 1) * filters
