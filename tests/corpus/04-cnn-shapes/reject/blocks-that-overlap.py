# The window moves by one place.
# /// reject
# cell = "test-max-pool"
# check = "Calls"
# message = ["overlap"]
# ///
# %% write-max-pool
def max_pool(image, size):
    rows, columns = image.shape[0] - size + 1, image.shape[1] - size + 1
    out = np.zeros((rows, columns))
    for r in range(rows):
        for c in range(columns):
            out[r, c] = image[r : r + size, c : c + size].max()
    return out
