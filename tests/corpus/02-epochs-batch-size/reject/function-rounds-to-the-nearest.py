# The function rounds to the nearest number.
# /// reject
# cell = "test-function"
# check = "Calls"
# message = ["nearest", "round up"]
# ///
# %% steps-function
def steps_per_epoch(images, batch_size, validation_split=0.0):
    return round(images * (1 - validation_split) / batch_size)
