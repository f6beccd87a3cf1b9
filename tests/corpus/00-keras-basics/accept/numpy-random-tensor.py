# Random numbers, made float32 by astype; flatten with np.reshape.
# %% make-tensor
my_tensor = np.random.rand(2, 3, 4).astype(np.float32)
r, c = 10, 17
place = 28 * r + c
# %% write-flatten
def flatten(images):
    return np.reshape(images, (images.shape[0], -1))
