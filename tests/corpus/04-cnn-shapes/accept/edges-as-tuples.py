# The filter is a tuple of tuples.
# %% make-edge-filter
top, middle, bottom = (-1,) * 3, (0,) * 3, (1,) * 3
horizontal_edges = (top, middle, bottom)
