# The counts are read from the layers, by isinstance.
# %% count-parameters
parameter_counts = [l.count_params() for l in mnist_model.layers if isinstance(l, keras.layers.Dense)]
parameter_counts
