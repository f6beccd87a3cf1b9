# None is handed on as a stride.
# /// reject
# cell = "test-pool-output-size"
# check = "Calls"
# message = ["pool_output_size(24, 2) raised TypeError", "NoneType"]
# ///
# %% write-pool-output-size
def pool_output_size(size, pool, stride=None, padding="valid"):
    return conv2d_output_size(size, pool, stride, padding)
