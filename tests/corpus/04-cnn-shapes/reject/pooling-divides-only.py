# The size is divided by the window, whatever the stride and the padding are.
# /// reject
# cell = "test-pool-output-size"
# check = "Calls"
# message = ["divided by the stride"]
# ///
# %% write-pool-output-size
def pool_output_size(size, pool, stride=None, padding="valid"):
    return size // pool
