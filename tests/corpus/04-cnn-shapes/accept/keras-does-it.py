# Keras's own operations do the work; tensors come back.
# %% write-convolve
def convolve(image, kernel):
    x = np.asarray(image, "float32")[None, :, :, None]
    k = np.asarray(kernel, "float32")[:, :, None, None]
    return keras.ops.conv(x, k, strides=1, padding="valid")[0, :, :, 0]
# %% write-max-pool
def max_pool(image, size):
    x = np.asarray(image, "float32")[np.newaxis, ..., np.newaxis]
    return keras.layers.MaxPooling2D(size)(x).numpy()[0, ..., 0]
