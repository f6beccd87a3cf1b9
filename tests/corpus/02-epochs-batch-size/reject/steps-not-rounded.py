# The quotients are not rounded.
# /// reject
# cell = "test-steps"
# check = "Answer"
# message = ["468.75", "round up to a whole number"]
# ///
# %% count-steps
steps_by_hand = [60000 / 128, 48000 / 128, 48000 / 512, 48000 / 512 * 10]
