# The picture is read column by column: it is transposed first.
# /// reject
# cell = "test-tensor"
# check = "Calls"
# message = ["order"]
# ///
# %% write-flatten
def flatten(images):
    return images.transpose(0, 2, 1).reshape(len(images), -1)
