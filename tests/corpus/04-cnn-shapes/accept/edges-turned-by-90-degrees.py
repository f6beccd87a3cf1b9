# The filter for vertical edges is turned by 90 degrees and made a list.
# %% make-edge-filter
horizontal_edges = np.rot90(vertical_edges, k=-1).tolist()
