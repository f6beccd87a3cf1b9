# The ten epochs are rounded up together.
# /// reject
# cell = "test-steps"
# check = "Answer"
# message = ["938", "round up in each epoch, then multiply"]
# ///
# %% count-steps
steps_by_hand = [469, 375, 94, ceil(10 * 48000 / 512)]
