# Only one column of the filter is given.
# /// reject
# cell = "test-edges"
# check = "Answer"
# message = ["row"]
# ///
# %% make-edge-filter
horizontal_edges = np.array([[-1], [0], [1]])
