# What fills no block is a block all the same.
# /// reject
# cell = "test-max-pool"
# check = "Calls"
# message = ["fills no block", "left out"]
# ///
# %% write-max-pool
def max_pool(image, size):
    return np.array(
        [
            [image[r : r + size, c : c + size].max() for c in range(0, image.shape[1], size)]
            for r in range(0, image.shape[0], size)
        ]
    )
