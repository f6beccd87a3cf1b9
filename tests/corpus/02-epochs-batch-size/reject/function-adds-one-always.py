# The function adds a batch where the images divide evenly.
# /// reject
# cell = "test-function"
# check = "Calls"
# message = ["adds a batch even where the images divide evenly"]
# ///
# %% steps-function
def steps_per_epoch(images, batch_size, validation_split=0.0):
    used = int(images * (1 - validation_split))
    return used // batch_size + 1
