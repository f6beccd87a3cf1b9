# The output is as large as the picture; places where the filter does not fit stay 0.
# /// reject
# cell = "test-convolve"
# check = "Calls"
# message = ["no zeros", "image height - kernel height + 1"]
# ///
# %% write-convolve
def convolve(image, kernel):
    h, w = kernel.shape
    out = np.zeros(image.shape)
    for r in range(image.shape[0] - h + 1):
        for c in range(image.shape[1] - w + 1):
            out[r, c] = np.sum(image[r : r + h, c : c + w] * kernel)
    return out
