# Row and column are swapped.
# /// reject
# cell = "test-tensor"
# check = "Answer"
# message = ["486", "row and column are swapped"]
# ///
# %% make-tensor
my_tensor = np.zeros((2, 3, 4), dtype="float32")
place = 28 * 17 + 10
