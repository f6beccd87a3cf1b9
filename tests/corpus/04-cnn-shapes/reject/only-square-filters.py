# Height and width of the filter are taken to be the same.
# /// reject
# cell = "test-convolve"
# check = "Calls"
# message = ["need not be square"]
# ///
# %% write-convolve
def convolve(image, kernel):
    k = kernel.shape[0]
    rows, columns = image.shape[0] - k + 1, image.shape[1] - k + 1
    out = np.zeros((rows, columns))
    for r in range(rows):
        for c in range(columns):
            out[r, c] = (image[r : r + k, c : c + k] * kernel).sum()
    return out
