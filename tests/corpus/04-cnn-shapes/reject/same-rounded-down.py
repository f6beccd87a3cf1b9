# With padding="same" the quotient is rounded down.
# /// reject
# cell = "test-conv2d-output-size"
# check = "Calls"
# message = ["rounded up, not down"]
# ///
# %% write-conv2d-output-size
def conv2d_output_size(size, kernel, stride=1, padding="valid"):
    if padding == "same":
        return size // stride
    return (size - kernel) // stride + 1
