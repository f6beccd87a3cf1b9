# The counts are a NumPy array.
# %% count-parameters
parameter_counts = (np.array([784, 256, 128]) + 1) * np.array([256, 128, 10])
