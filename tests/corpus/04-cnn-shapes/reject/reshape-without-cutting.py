# The reshape fails where a block is not full.
# /// reject
# cell = "test-max-pool"
# check = "Calls"
# message = ["ValueError", "cannot reshape array of size 15"]
# ///
# %% write-max-pool
def max_pool(image, size):
    h, w = image.shape
    return image.reshape(h // size, size, w // size, size).max(axis=(1, 3))
