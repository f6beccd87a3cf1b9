# Sizes, shapes and counts are NumPy's.
# %% work-out-sizes
k1, k2 = np.array(my_chain["kernels"])
p1, p2 = np.array(my_chain["pools"])
a = np.int64(my_chain["size"]) - k1 + 1
b = a // p1
c = b - k2 + 1
d = c // p2
my_sizes = np.array([a, b, c, d])
# %% fill-table
settings = [dict(s) for _, s in my_cnn["layers"]]
channels = [my_cnn["input_shape"][2], settings[0]["filters"], settings[1]["filters"]]
first = np.array([19, 19, channels[1]])
second = np.array([15, 15, channels[2]])
pooled = second // np.array([3, 3, 1])
my_shapes = [tuple(first), tuple(second), tuple(pooled), (np.prod(pooled),), (np.int32(100),), (np.int32(10),)]
my_counts = np.array([(25 * channels[0] + 1) * 12, (25 * channels[1] + 1) * 16, (np.prod(pooled) + 1) * 100, 1010])
# %% check-slides
sizes = np.array([my_slide_size]) - 4
nodes_after_pooling = np.prod([sizes[0] // 2, sizes[0] // 2, 64])
slide_count = 32 * np.square(sizes[0]) + 64
right_count = np.int32(18496)
they_agree = np.equal(slide_count, right_count)
