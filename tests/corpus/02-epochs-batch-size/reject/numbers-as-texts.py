# The numbers are texts.
# /// reject
# cell = "test-steps"
# check = "Answer"
# message = ["expected a number, found a text"]
# ///
# %% count-steps
steps_by_hand = ["469", "375", "94", "940"]
