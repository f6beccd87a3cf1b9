# Weights and biases are counted apart and printed; math.prod and match are used.
# %% write-conv2d-parameters
from math import prod


def conv2d_parameters(kernel, in_channels, filters):
    weights = prod(kernel) * in_channels * filters
    biases = filters
    print(f"{weights=} {biases=}")
    return weights + biases
# %% write-dense-parameters
def dense_parameters(inputs, units):
    weights = inputs * units
    biases = units
    return sum([weights, biases])
# %% write-conv2d-output-size
def conv2d_output_size(size, kernel, stride=1, padding="valid"):
    match padding:
        case "same":
            quotient, rest = divmod(size, stride)
            return quotient + bool(rest)
        case "valid":
            return (size - kernel + stride) // stride
