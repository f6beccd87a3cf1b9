# The filter is an outer product, as a tensor.
# %% make-edge-filter
horizontal_edges = keras.ops.outer([-1, 0, 1], [1, 1, 1])
