# One bias for the whole layer.
# /// reject
# cell = "test-dense-parameters"
# check = "Calls"
# message = ["bias is not one for the layer"]
# ///
# %% write-dense-parameters
def dense_parameters(inputs, units):
    return inputs * units + 1
