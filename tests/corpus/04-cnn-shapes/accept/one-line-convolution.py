# A nested list comprehension for the convolution, and a list of lists for the pooling.
# %% write-convolve
def convolve(image, kernel):
    kh, kw = kernel.shape
    return np.array(
        [
            [np.sum(image[i : i + kh, j : j + kw] * kernel) for j in range(image.shape[1] - kw + 1)]
            for i in range(image.shape[0] - kh + 1)
        ]
    )
# %% write-max-pool
def max_pool(image, size):
    h, w = len(image) // size, len(image[0]) // size
    return [[np.max(image[i * size : i * size + size, j * size : j * size + size]) for j in range(w)] for i in range(h)]
