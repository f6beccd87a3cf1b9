# The right count is worked out by the slide's method, which is right for 28 by 28 only.
# /// reject
# cell = "test-slides"
# check = "Answer"
# message = ["size of the output was used"]
# ///
# %% check-slides
size = my_slide_size - 4
nodes_after_pooling = (size // 2) ** 2 * 64
slide_count = 32 * size * size + 64
right_count = 32 * size * size + 64
they_agree = slide_count == right_count
