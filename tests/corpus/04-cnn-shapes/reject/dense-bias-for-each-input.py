# A bias for each input and not for each unit.
# /// reject
# cell = "test-dense-parameters"
# check = "Calls"
# message = ["does not belong to an input"]
# ///
# %% write-dense-parameters
def dense_parameters(inputs, units):
    return inputs * (units + 1)
