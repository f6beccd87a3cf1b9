# A picture of zeros is pushed through every layer, and shapes are read off what comes out.
# %% fill-table
batch = np.zeros((1, *my_cnn["input_shape"]), dtype="float32")
my_shapes, my_counts = [], []
for kind, arguments in my_cnn["layers"]:
    one = getattr(keras.layers, kind)(**arguments)
    batch = one(batch)
    my_shapes.append(tuple(batch.shape)[1:])
    number = sum(int(np.size(w)) for w in one.get_weights())
    if number:
        my_counts.append(number)
# %% write-convolve
def convolve(image, kernel):
    layer = keras.layers.Conv2D(1, kernel.shape, use_bias=False)
    layer.build((None, None, None, 1))
    layer.set_weights([kernel.reshape(*kernel.shape, 1, 1)])
    return np.squeeze(layer(image[None, :, :, None].astype("float32")), axis=(0, 3))
