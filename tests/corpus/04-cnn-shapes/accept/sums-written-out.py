# Sums stand in the place of numbers.
# %% write-name
my_name = "Student-01 "
# %% work-out-sizes
c1 = 54 - 3 + 1
p1 = c1 // 2
c2 = p1 - 3 + 1
p2 = c2 // 3
my_sizes = (c1, p1, c2, p2)
# %% fill-table
my_shapes = [
    (23 - 5 + 1, 23 - 5 + 1, 12),
    (19 - 5 + 1, 19 - 5 + 1, 16),
    (15 // 3, 15 // 3, 16),
    (5 * 5 * 16,),
    (100,),
    (10,),
]
my_counts = [(5*5*1 + 1) * 12, (5*5*12 + 1) * 16, (5*5*16 + 1) * 100, (100 + 1) * 10]
# %% check-slides
size = my_slide_size - 2 - 2
nodes_after_pooling = (size // 2) * (size // 2) * 64
slide_count = 32 * (size * size) + 64
right_count = (3 * 3 * 32 + 1) * 64
they_agree = bool(slide_count == right_count)
