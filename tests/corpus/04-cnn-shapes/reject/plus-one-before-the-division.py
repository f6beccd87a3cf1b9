# The + 1 is added before the division.
# /// reject
# cell = "test-conv2d-output-size"
# check = "Calls"
# message = ["+ 1 comes after the division"]
# ///
# %% write-conv2d-output-size
def conv2d_output_size(size, kernel, stride=1, padding="valid"):
    if padding == "same":
        return -(-size // stride)
    return (size - kernel + 1) // stride
