# The size of the picture stands in front, and the shapes are lists and bare numbers.
# %% work-out-sizes
my_sizes = [my_chain["size"]]
for k, p in zip(my_chain["kernels"], my_chain["pools"]):
    my_sizes += [my_sizes[-1] - k + 1, (my_sizes[-1] - k + 1) // p]
print(my_sizes)
# %% fill-table
my_shapes = [[19, 19, 12], [15, 15, 16], [5, 5, 16], 400, 100, 10]
my_counts = (312, 4_816, 40_100, 1_010)
