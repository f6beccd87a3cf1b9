# keras.ops.ones with its default dtype, and flatten with keras.ops.reshape, which gives a tensor.
# %% make-tensor
my_tensor = keras.ops.ones([2, 3, 4])
place = 10 * 28 + 17
# %% write-flatten
def flatten(images):
    return keras.ops.reshape(images, (images.shape[0], -1))
