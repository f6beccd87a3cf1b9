# Shapes as lists, counts as NumPy numbers.
# %% count-parameters
output_shapes = [[26, 26, 32], [24, 24, 64], [12, 12, 64], [12, 12, 64], [9216], [128], [128], [10]]
filters = np.array([32, 64])
conv_counts = (3 * 3 * np.array([1, 32]) + 1) * filters
parameter_counts = np.append(conv_counts, [(9216 + 1) * 128, 129 * 10])
