# The tensor holds integers: np.arange without a dtype.
# /// reject
# cell = "test-tensor"
# check = "Answer"
# message = ["dtype", "float32"]
# ///
# %% make-tensor
my_tensor = np.arange(24).reshape(2, 3, 4)
place = 28 * 10 + 17
