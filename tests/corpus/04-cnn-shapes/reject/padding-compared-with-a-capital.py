# The word for the padding is compared with another spelling, and nothing is returned for the rest.
# /// reject
# cell = "test-conv2d-output-size"
# check = "Calls"
# message = ["gave None, expected 28", "return"]
# ///
# %% write-conv2d-output-size
def conv2d_output_size(size, kernel, stride=1, padding="valid"):
    if padding == "valid":
        return (size - kernel) // stride + 1
    if padding == "SAME":
        return -(-size // stride)
