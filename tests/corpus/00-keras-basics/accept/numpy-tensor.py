# The tensor is made with NumPy; the place is typed as a number.
# %% make-tensor
my_tensor = np.zeros((2, 3, 4), dtype="float32")
place = 297
# %% write-flatten
def flatten(images):
    n, height, width = images.shape
    return images.reshape((n, height * width))
