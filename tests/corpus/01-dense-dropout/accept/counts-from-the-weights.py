# The counts are read from the shapes of the weights.
# %% count-parameters
parameter_counts = []
for l in model.layers:
    if isinstance(l, keras.layers.Dense):
        w, b = l.get_weights()
        parameter_counts.append(int(np.prod(w.shape)) + b.size)
print(parameter_counts, sum(parameter_counts), model.count_params())
