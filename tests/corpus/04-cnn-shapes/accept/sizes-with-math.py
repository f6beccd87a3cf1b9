# Sizes by math.floor and math.ceil, whole numbers.
# %% write-conv2d-output-size
import math


def conv2d_output_size(size, kernel, stride=1, padding="valid"):
    if padding == "valid":
        return math.floor((size - kernel) / stride) + 1
    elif padding == "same":
        return math.ceil(size / stride)
    else:
        raise ValueError(padding)
# %% write-pool-output-size
def pool_output_size(size, pool, stride=None, padding="valid"):
    if stride == None:
        stride = pool
    if padding == "valid":
        return math.floor((size - pool) / stride) + 1
    return math.ceil(size / stride)
