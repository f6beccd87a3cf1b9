# Every number of the personal part was worked out on paper.
# %% write-name
my_name = "student-01"
# %% work-out-sizes
my_sizes = [52, 26, 24, 8]
# %% fill-table
my_shapes = [(19, 19, 12), (15, 15, 16), (5, 5, 16), (400,), (100,), (10,)]
my_counts = [312, 4816, 40100, 1010]
# %% check-slides
nodes_after_pooling = 26 * 26 * 64
slide_count = 32 * (52 * 52) + 64
right_count = 18496
they_agree = False
