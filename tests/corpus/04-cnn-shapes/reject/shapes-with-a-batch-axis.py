# The shapes begin with the batch axis.
# /// reject
# cell = "test-shapes"
# check = "Answer"
# message = ["leave out the batch axis"]
# ///
# %% fill-table
my_shapes = [(None, 19, 19, 12), (None, 15, 15, 16), (None, 5, 5, 16), (None, 400), (None, 100), (None, 10)]
my_counts = [312, 4816, 40100, 1010]
