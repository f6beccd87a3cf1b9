# With padding="same" the stride is forgotten.
# /// reject
# cell = "test-conv2d-output-size"
# check = "Calls"
# message = ["stride still counts"]
# ///
# %% write-conv2d-output-size
def conv2d_output_size(size, kernel, stride=1, padding="valid"):
    return size if padding == "same" else (size - kernel) // stride + 1
