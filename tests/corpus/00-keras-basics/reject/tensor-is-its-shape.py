# The shape is taken for the tensor.
# /// reject
# cell = "test-tensor"
# check = "Answer"
# message = ["shape (2, 3, 4)", "expected"]
# ///
# %% make-tensor
my_tensor = (2, 3, 4)
place = 28 * 10 + 17
