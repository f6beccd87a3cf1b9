# The numbers are those of pictures of 28 by 28.
# /// reject
# cell = "test-slides"
# check = "Answer"
# message = ["28 x 28", "56 x 56"]
# ///
# %% check-slides
nodes_after_pooling = 12 * 12 * 64
slide_count = 32 * (24 * 24) + 64
right_count = (3 * 3 * 32 + 1) * 64
they_agree = slide_count == right_count
