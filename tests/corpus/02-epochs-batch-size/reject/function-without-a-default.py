# The third argument has lost its default.
# /// reject
# cell = "test-function"
# check = "Calls"
# message = ["missing 1 required positional argument: 'validation_split'"]
# ///
# %% steps-function
def steps_per_epoch(images, batch_size, validation_split):
    return ceil(int(images * (1 - validation_split)) / batch_size)
