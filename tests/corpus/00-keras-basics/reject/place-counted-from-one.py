# The place is counted from 1.
# /// reject
# cell = "test-tensor"
# check = "Answer"
# message = ["298", "counted from 0"]
# ///
# %% make-tensor
my_tensor = np.zeros((2, 3, 4), dtype="float32")
place = 28 * 10 + 17 + 1
