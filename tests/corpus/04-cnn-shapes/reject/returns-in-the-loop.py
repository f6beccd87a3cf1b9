# return stands in the loop: the first number comes back alone.
# /// reject
# cell = "test-convolve"
# check = "Calls"
# message = ["gave 2, expected", "return"]
# ///
# %% write-convolve
def convolve(image, kernel):
    h, w = kernel.shape
    for r in range(image.shape[0] - h + 1):
        for c in range(image.shape[1] - w + 1):
            return (image[r : r + h, c : c + w] * kernel).sum()
