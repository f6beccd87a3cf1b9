# The result is printed, not returned.
# /// reject
# cell = "test-tensor"
# check = "Calls"
# message = ["return"]
# ///
# %% write-flatten
def flatten(images):
    print(images.reshape(len(images), -1))
