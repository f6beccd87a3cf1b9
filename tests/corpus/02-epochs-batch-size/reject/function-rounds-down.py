# The function rounds down.
# /// reject
# cell = "test-function"
# check = "Calls"
# message = ["steps_per_epoch(1,000, 300) gave 3, expected 4", "last, smaller batch is a step too"]
# ///
# %% steps-function
def steps_per_epoch(images, batch_size, validation_split=0.0):
    return int(images * (1 - validation_split) / batch_size)
