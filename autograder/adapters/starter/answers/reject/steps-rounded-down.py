# The last, smaller batch is left out.
# /// reject
# cell = "test-steps"
# check = "Calls"
# message = ["the last, smaller batch is a step too"]
# ///
# %% write-steps
def steps_per_epoch(images, batch_size):
    return images // batch_size
