# The filter begins with zeros, and two rows are filled.
# %% make-edge-filter
horizontal_edges = np.zeros((3, 3))
horizontal_edges[0] = -1
horizontal_edges[2, :] = 1
