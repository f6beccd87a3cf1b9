# The loops stop one place too early.
# /// reject
# cell = "test-convolve"
# check = "Calls"
# message = ["too small", "image height - kernel height + 1"]
# ///
# %% write-convolve
def convolve(image, kernel):
    h, w = kernel.shape
    out = np.zeros((image.shape[0] - h, image.shape[1] - w))
    for r in range(out.shape[0]):
        for c in range(out.shape[1]):
            out[r, c] = (image[r : r + h, c : c + w] * kernel).sum()
    return out
