# Blocks are always 2 by 2.
# /// reject
# cell = "test-max-pool"
# check = "Calls"
# message = ["size is not used"]
# ///
# %% write-max-pool
def max_pool(image, size):
    h, w = image.shape[0] // 2, image.shape[1] // 2
    out = np.zeros((h, w))
    for r in range(h):
        for c in range(w):
            out[r, c] = image[2 * r : 2 * r + 2, 2 * c : 2 * c + 2].max()
    return out
