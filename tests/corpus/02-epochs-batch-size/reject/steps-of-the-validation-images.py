# The validation images are counted, not the rest.
# /// reject
# cell = "test-steps"
# check = "Answer"
# message = ["94", "held back for validation, not the rest"]
# ///
# %% count-steps
val = 60000 * 0.2
steps_by_hand = [ceil(60000 / 128), ceil(val / 128), ceil(val / 512), 10 * ceil(val / 512)]
