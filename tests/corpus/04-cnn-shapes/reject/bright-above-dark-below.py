# The signs are the other way round.
# /// reject
# cell = "test-edges"
# check = "Answer"
# message = ["bright above and dark below"]
# ///
# %% make-edge-filter
horizontal_edges = [[1, 1, 1], [0, 0, 0], [-1, -1, -1]]
