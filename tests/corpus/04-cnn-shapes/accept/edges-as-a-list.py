# The filter is a list of three rows, floats, and it is tried at once.
# %% make-edge-filter
horizontal_edges = [
    [-1.0, -1.0, -1.0],
    [0.0, 0.0, 0.0],
    [1.0, 1.0, 1.0],
]
# %% +after make-edge-filter
%matplotlib inline
show_edges(images[7] / 255, np.array(horizontal_edges))
print(convolve(np.array([[0, 0, 0], [0, 0, 0], [1, 1, 1]]), np.array(horizontal_edges)))
