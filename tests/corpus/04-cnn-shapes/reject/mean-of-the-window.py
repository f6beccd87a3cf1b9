# The mean of the products is taken, not their sum.
# /// reject
# cell = "test-convolve"
# check = "Calls"
# message = ["mean", "sum"]
# ///
# %% write-convolve
def convolve(image, kernel):
    h, w = kernel.shape
    rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
    return np.array(
        [[(image[r : r + h, c : c + w] * kernel).mean() for c in range(columns)] for r in range(rows)]
    )
