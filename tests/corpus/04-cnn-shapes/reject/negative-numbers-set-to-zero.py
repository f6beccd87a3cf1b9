# relu is put into the convolution.
# /// reject
# cell = "test-convolve"
# check = "Calls"
# message = ["hidden call", "negative numbers stay"]
# ///
# %% write-convolve
def convolve(image, kernel):
    h, w = kernel.shape
    rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
    out = np.zeros((rows, columns))
    for r in range(rows):
        for c in range(columns):
            out[r, c] = max(0, (image[r : r + h, c : c + w] * kernel).sum())
    return out
