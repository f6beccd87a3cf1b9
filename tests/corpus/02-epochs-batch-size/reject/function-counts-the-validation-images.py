# The function multiplies by the split and not by the rest.
# /// reject
# cell = "test-function"
# check = "Calls"
# message = ["counts the images held back, not the rest"]
# ///
# %% steps-function
def steps_per_epoch(images, batch_size, validation_split=0.0):
    return ceil(images * validation_split / batch_size)
