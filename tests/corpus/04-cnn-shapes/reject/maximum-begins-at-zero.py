# The maximum begins at 0, so that negative blocks give 0.
# /// reject
# cell = "test-max-pool"
# check = "Calls"
# message = ["negative"]
# ///
# %% write-max-pool
def max_pool(image, size):
    h, w = image.shape[0] // size, image.shape[1] // size
    out = np.zeros((h, w))
    for r in range(h):
        for c in range(w):
            for i in range(size):
                for j in range(size):
                    out[r, c] = max(out[r, c], image[r * size + i, c * size + j])
    return out
