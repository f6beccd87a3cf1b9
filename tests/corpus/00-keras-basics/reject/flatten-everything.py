# All pictures end up in one row.
# /// reject
# cell = "test-tensor"
# check = "Calls"
# message = ["one row", "first axis"]
# ///
# %% write-flatten
def flatten(images):
    return images.flatten()
