# The tensor is float64, NumPy's default.
# /// reject
# cell = "test-tensor"
# check = "Answer"
# message = ["float64", "float32"]
# ///
# %% make-tensor
my_tensor = np.random.rand(2, 3, 4)
place = 28 * 10 + 17
