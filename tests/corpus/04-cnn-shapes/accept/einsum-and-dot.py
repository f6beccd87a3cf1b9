# np.vdot of each window; np.ndindex goes through the places; the pooling by np.maximum.reduce.
# %% write-convolve
def convolve(image, kernel):
    shape = tuple(np.subtract(image.shape, kernel.shape) + 1)
    output = np.empty(shape)
    for place in np.ndindex(*shape):
        window = tuple(slice(p, p + k) for p, k in zip(place, kernel.shape))
        output[place] = np.vdot(image[window], kernel)
    return output
# %% write-max-pool
def max_pool(image, size):
    rows = np.maximum.reduce([image[i :: size][: len(image) // size] for i in range(size)])
    columns = [rows[:, j::size][:, : image.shape[1] // size] for j in range(size)]
    return np.maximum.reduce(columns)
