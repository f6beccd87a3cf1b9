# The middle column counts double, and other numbers than -1, 0 and 1 are used.
# /// reject
# cell = "test-edges"
# check = "Answer"
# message = ["-1, -2, -1", "-1, 0 and 1 only"]
# ///
# %% make-edge-filter
horizontal_edges = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])
