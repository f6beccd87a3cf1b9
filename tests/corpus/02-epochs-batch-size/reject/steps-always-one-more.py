# One is added even where the images divide evenly.
# /// reject
# cell = "test-steps"
# check = "Answer"
# message = ["376", "no remainder"]
# ///
# %% count-steps
steps_by_hand = [60000 // 128 + 1, 48000 // 128 + 1, 48000 // 512 + 1, 10 * (48000 // 512 + 1)]
