# The function does not look at the validation split.
# /// reject
# cell = "test-function"
# check = "Calls"
# message = ["leaves the validation split out of account"]
# ///
# %% steps-function
def steps_per_epoch(images, batch_size, validation_split=0.0):
    return ceil(images / batch_size)
