# The 784 is hard-coded, so that other pictures do not work.
# /// reject
# cell = "test-tensor"
# check = "Calls"
# message = ["784"]
# ///
# %% write-flatten
def flatten(images):
    return images.reshape(len(images), 784)
