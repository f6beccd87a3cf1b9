# The numbers are those of the 10,000 images at hand, not of the 60,000 that are asked about.
# /// reject
# cell = "test-steps"
# check = "Answer"
# message = ["79", "the 10,000 images at hand", "60,000"]
# ///
# %% count-steps
n = len(x_train)
steps_by_hand = [ceil(n / 128), ceil(n * 0.8 / 128), ceil(n * 0.8 / 512), 10 * ceil(n * 0.8 / 512)]
