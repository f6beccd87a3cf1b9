# The + 1 is missing.
# /// reject
# cell = "test-conv2d-output-size"
# check = "Calls"
# message = ["conv2d_output_size(28, 3) gave 25, expected 26", "+ 1 is missing"]
# ///
# %% write-conv2d-output-size
def conv2d_output_size(size, kernel, stride=1, padding="valid"):
    if padding == "same":
        return -(-size // stride)
    return (size - kernel) // stride
