# The average of each block.
# /// reject
# cell = "test-max-pool"
# check = "Calls"
# message = ["average of each block"]
# ///
# %% write-max-pool
def max_pool(image, size):
    h, w = image.shape[0] // size, image.shape[1] // size
    return image[: h * size, : w * size].reshape(h, size, w, size).mean(axis=(1, 3))
