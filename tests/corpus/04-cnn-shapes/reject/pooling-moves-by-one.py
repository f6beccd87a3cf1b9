# A pooling window without a stride moves by 1.
# /// reject
# cell = "test-pool-output-size"
# check = "Calls"
# message = ["gave 23, expected 12", "moves by its own size"]
# ///
# %% write-pool-output-size
def pool_output_size(size, pool, stride=None, padding="valid"):
    return conv2d_output_size(size, pool, stride or 1, padding)
