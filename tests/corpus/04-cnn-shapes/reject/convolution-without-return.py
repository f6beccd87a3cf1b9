# The function ends without return.
# /// reject
# cell = "test-convolve"
# check = "Calls"
# message = ["gave None", "return"]
# ///
# %% write-convolve
def convolve(image, kernel):
    h, w = kernel.shape
    output = np.zeros((image.shape[0] - h + 1, image.shape[1] - w + 1))
    for r in range(output.shape[0]):
        for c in range(output.shape[1]):
            output[r, c] = (image[r : r + h, c : c + w] * kernel).sum()
