# The sizes are not rounded.
# /// reject
# cell = "test-conv2d-output-size"
# check = "Calls"
# message = ["gave 13.5, expected 13", "whole number"]
# ///
# %% write-conv2d-output-size
def conv2d_output_size(size, kernel, stride=1, padding="valid"):
    if padding == "same":
        return size / stride
    return (size - kernel) / stride + 1
