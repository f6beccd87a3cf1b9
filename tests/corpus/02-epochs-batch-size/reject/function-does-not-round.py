# The function gives a quotient.
# /// reject
# cell = "test-function"
# check = "Calls"
# message = ["gave 3.33333, expected 4", "must be whole"]
# ///
# %% steps-function
def steps_per_epoch(images, batch_size, validation_split=0.0):
    return images * (1 - validation_split) / batch_size
