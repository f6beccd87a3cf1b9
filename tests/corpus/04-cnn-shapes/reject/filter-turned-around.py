# The filter is turned around, as mathematicians do.
# /// reject
# cell = "test-convolve"
# check = "Calls"
# message = ["turned around"]
# ///
# %% write-convolve
def convolve(image, kernel):
    kernel = np.flip(kernel)
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return (windows * kernel).sum(axis=(2, 3))
