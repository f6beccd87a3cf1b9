# Inputs and units are added.
# /// reject
# cell = "test-dense-parameters"
# check = "Calls"
# message = ["the weights between them"]
# ///
# %% write-dense-parameters
def dense_parameters(inputs, units):
    return inputs + units
