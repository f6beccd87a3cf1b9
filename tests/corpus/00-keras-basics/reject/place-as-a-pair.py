# The place is the pair of row and column.
# /// reject
# cell = "test-tensor"
# check = "Answer"
# message = ["expected a number, found a list"]
# ///
# %% make-tensor
my_tensor = np.zeros((2, 3, 4), dtype="float32")
place = (10, 17)
