# The network is built with Keras, which tells all shapes and counts.
# %% fill-table
net = keras.Sequential([keras.Input(shape=my_cnn["input_shape"])])
for kind, kwargs in my_cnn["layers"]:
    net.add(getattr(keras.layers, kind)(**kwargs))
net.summary()
my_shapes = [layer.output.shape[1:] for layer in net.layers]
my_counts = [layer.count_params() for layer in net.layers if layer.count_params() > 0]
# %% work-out-sizes
x = keras.Input((my_chain["size"], my_chain["size"], 1))
my_sizes = []
for k, p in zip(my_chain["kernels"], my_chain["pools"]):
    x = keras.layers.Conv2D(1, k)(x)
    my_sizes.append(x.shape[1])
    x = keras.layers.MaxPooling2D(p)(x)
    my_sizes.append(x.shape[1])
# %% check-slides
lesson = keras.Sequential(
    [
        keras.Input((my_slide_size, my_slide_size, 1)),
        keras.layers.Conv2D(32, 3),
        keras.layers.Conv2D(64, 3),
        keras.layers.MaxPooling2D(2),
        keras.layers.Flatten(),
    ]
)
nodes_after_pooling = lesson.output_shape[1]
slide_count = 32 * lesson.layers[1].output.shape[1] ** 2 + 64
right_count = lesson.layers[1].count_params()
they_agree = slide_count == right_count
