# The counts are worked out with NumPy, and are an array.
# %% count-parameters
inputs = np.array([784, 128, 64])
units = np.array([128, 64, 10])
parameter_counts = (inputs + 1) * units
parameter_counts
