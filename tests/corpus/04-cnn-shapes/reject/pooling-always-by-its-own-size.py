# The stride of the pooling is not looked at.
# /// reject
# cell = "test-pool-output-size"
# check = "Calls"
# message = ["stride", "only where no stride is given"]
# ///
# %% write-pool-output-size
def pool_output_size(size, pool, stride=None, padding="valid"):
    return conv2d_output_size(size, pool, pool, padding)
