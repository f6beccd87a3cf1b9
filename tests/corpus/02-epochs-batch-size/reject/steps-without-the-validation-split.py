# The validation split is forgotten.
# /// reject
# cell = "test-steps"
# check = "Answer"
# message = ["469", "the validation split is forgotten", "48,000"]
# ///
# %% count-steps
steps_by_hand = [ceil(60000 / 128), ceil(60000 / 128), ceil(60000 / 512), 10 * ceil(60000 / 512)]
