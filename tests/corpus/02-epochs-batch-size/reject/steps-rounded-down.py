# The last, smaller batch is left out everywhere.
# /// reject
# cell = "test-steps"
# check = "Answer"
# message = ["468", "last, smaller batch is a step too", "round up"]
# ///
# %% count-steps
steps_by_hand = [60000 // 128, 48000 // 128, 48000 // 512, 10 * (48000 // 512)]
