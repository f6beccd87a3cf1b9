# The axes are in the wrong order: (4, 3, 2).
# /// reject
# cell = "test-tensor"
# check = "Answer"
# message = ["shape (4, 3, 2)", "expected", "(2, 3, 4)"]
# ///
# %% make-tensor
my_tensor = np.zeros((4, 3, 2), dtype="float32")
place = 28 * 10 + 17
