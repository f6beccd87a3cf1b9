# The padding is not looked at.
# /// reject
# cell = "test-conv2d-output-size"
# check = "Calls"
# message = ["padding='same' is not looked at"]
# ///
# %% write-conv2d-output-size
def conv2d_output_size(size, kernel, stride=1, padding="valid"):
    return (size - kernel) // stride + 1
