# Flatten forgets the channels.
# /// reject
# cell = "test-shapes"
# check = "Answer"
# message = ["entry 4 (Flatten)", "channels count too"]
# ///
# %% fill-table
my_shapes = [(19, 19, 12), (15, 15, 16), (5, 5, 16), (25,), (100,), (10,)]
my_counts = [312, 4816, 40100, 1010]
