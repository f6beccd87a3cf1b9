# Zeros are added around, so that the output is as large as the picture.
# /// reject
# cell = "test-convolve"
# check = "Calls"
# message = ["no zeros are added around", "image height - kernel height + 1"]
# ///
# %% write-convolve
def convolve(image, kernel):
    h, w = kernel.shape
    image_padded = np.pad(image, (((h - 1) // 2, h // 2), ((w - 1) // 2, w // 2)))
    out = np.zeros(image.shape)
    for r in range(image.shape[0]):
        for c in range(image.shape[1]):
            out[r, c] = (image_padded[r : r + h, c : c + w] * kernel).sum()
    return out
