# An axis of one stays: (n, 1, 784).
# /// reject
# cell = "test-tensor"
# check = "Calls"
# message = ["its shape is (2, 1, 6)"]
# ///
# %% write-flatten
def flatten(images):
    return np.array([image.reshape(1, -1) for image in images])
