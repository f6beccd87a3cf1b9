# Shapes and counts are read off the network.
# %% count-parameters
output_shapes = [tuple(one.output.shape[1:]) for one in model.layers]
parameter_counts = [one.count_params() for one in model.layers if one.count_params()]
print(output_shapes, parameter_counts)
