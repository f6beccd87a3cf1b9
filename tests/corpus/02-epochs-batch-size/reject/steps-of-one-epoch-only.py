# The last number is that of one epoch.
# /// reject
# cell = "test-steps"
# check = "Answer"
# message = ["94", "the steps of one epoch"]
# ///
# %% count-steps
steps_by_hand = [469, 375, 94, 94]
