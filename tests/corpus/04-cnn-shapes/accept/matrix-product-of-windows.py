# The windows become rows of a matrix, which the flattened filter multiplies.
# %% write-convolve
def convolve(image, kernel):
    kh, kw = kernel.shape
    oh, ow = image.shape[0] - kh + 1, image.shape[1] - kw + 1
    rows = np.array([image[i : i + kh, j : j + kw].ravel() for i in range(oh) for j in range(ow)])
    return (rows @ kernel.flatten()).reshape(oh, ow)
# %% write-max-pool
def max_pool(image, size):
    h, w = image.shape[0] // size, image.shape[1] // size
    return np.array([[image[r * size : (r + 1) * size, c * size : (c + 1) * size].max() for c in range(w)] for r in range(h)])
