# Row times column.
# /// reject
# cell = "test-tensor"
# check = "Answer"
# message = ["170", "not multiplied"]
# ///
# %% make-tensor
my_tensor = np.zeros((2, 3, 4), dtype="float32")
place = 10 * 17
