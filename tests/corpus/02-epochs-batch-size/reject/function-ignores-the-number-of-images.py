# The function uses 60,000 whatever it is given.
# /// reject
# cell = "test-function"
# check = "Calls"
# message = ["gave 200, expected 4", "use the argument images"]
# ///
# %% steps-function
def steps_per_epoch(images, batch_size, validation_split=0.0):
    return ceil(60_000 * (1 - validation_split) / batch_size)
