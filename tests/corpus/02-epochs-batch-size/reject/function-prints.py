# The function prints the number and returns nothing.
# /// reject
# cell = "test-function"
# check = "Calls"
# message = ["gave None, expected 4", "return"]
# ///
# %% steps-function
def steps_per_epoch(images, batch_size, validation_split=0.0):
    print(ceil(int(images * (1 - validation_split)) / batch_size))
