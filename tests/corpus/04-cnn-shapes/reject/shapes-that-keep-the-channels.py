# The channels of the picture stay to the end of the convolutions.
# /// reject
# cell = "test-shapes"
# check = "Answer"
# message = ["number of channels is the number of filters"]
# ///
# %% fill-table
my_shapes = [(19, 19, 1), (15, 15, 1), (5, 5, 1), (25,), (100,), (10,)]
my_counts = [312, 4816, 40100, 1010]
