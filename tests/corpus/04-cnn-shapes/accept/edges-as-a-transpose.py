# The filter is the transpose of the one for vertical edges.
# %% make-edge-filter
horizontal_edges = vertical_edges.T
