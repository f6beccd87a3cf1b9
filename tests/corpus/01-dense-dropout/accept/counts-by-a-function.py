# A helper function counts; the result is a tuple.
# %% count-parameters
def dense_parameters(inputs, units):
    return inputs * units + units


sizes = [28 * 28, 128, 64, 10]
parameter_counts = tuple(dense_parameters(a, b) for a, b in zip(sizes, sizes[1:]))
