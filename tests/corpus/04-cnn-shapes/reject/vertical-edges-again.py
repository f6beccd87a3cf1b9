# The filter is the one for vertical edges.
# /// reject
# cell = "test-edges"
# check = "Answer"
# message = ["top row", "filter for vertical edges"]
# ///
# %% make-edge-filter
horizontal_edges = vertical_edges
