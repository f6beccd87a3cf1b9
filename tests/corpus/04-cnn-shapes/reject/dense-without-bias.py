# The biases are missing.
# /// reject
# cell = "test-dense-parameters"
# check = "Calls"
# message = ["gave 100,352, expected 100,480", "bias is missing"]
# ///
# %% write-dense-parameters
def dense_parameters(inputs, units):
    return inputs * units
