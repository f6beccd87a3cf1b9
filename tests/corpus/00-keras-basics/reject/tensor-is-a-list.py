# A nested list is no tensor.
# /// reject
# cell = "test-tensor"
# check = "Answer"
# message = ["list", "convert_to_tensor"]
# ///
# %% make-tensor
my_tensor = [[[1.0] * 4] * 3] * 2
place = 28 * 10 + 17
