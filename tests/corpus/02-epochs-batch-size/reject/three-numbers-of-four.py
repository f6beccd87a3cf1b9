# The fourth number is missing.
# /// reject
# cell = "test-steps"
# check = "Answer"
# message = ["expected 4 entries, found 3"]
# ///
# %% count-steps
steps_by_hand = [469, 375, 94]
