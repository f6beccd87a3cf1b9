# The stride is not looked at.
# /// reject
# cell = "test-conv2d-output-size"
# check = "Calls"
# message = ["stride is missing"]
# ///
# %% write-conv2d-output-size
def conv2d_output_size(size, kernel, stride=1, padding="valid"):
    if padding == "same":
        return size
    return size - kernel + 1
