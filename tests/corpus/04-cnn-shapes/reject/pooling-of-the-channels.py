# Pooling divides the channels too.
# /// reject
# cell = "test-shapes"
# check = "Answer"
# message = ["entry 3 (MaxPooling2D)", "leaves the channels as they are"]
# ///
# %% fill-table
my_shapes = [(19, 19, 12), (15, 15, 16), (5, 5, 5), (125,), (100,), (10,)]
my_counts = [312, 4816, 40100, 1010]
