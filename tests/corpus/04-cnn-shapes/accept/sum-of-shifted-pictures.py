# The output is a sum of shifted pictures, one for each weight; the maximum likewise, of pictures with steps.
# %% write-convolve
def convolve(image, kernel):
    kh, kw = kernel.shape
    oh, ow = image.shape[0] - kh + 1, image.shape[1] - kw + 1
    total = 0
    for di in range(kh):
        for dj in range(kw):
            total = total + kernel[di, dj] * image[di : di + oh, dj : dj + ow]
    return total
# %% write-max-pool
def max_pool(image, size):
    h, w = image.shape[0] // size * size, image.shape[1] // size * size
    cut = image[:h, :w]
    corners = [cut[i::size, j::size] for i in range(size) for j in range(size)]
    return np.max(corners, axis=0)
