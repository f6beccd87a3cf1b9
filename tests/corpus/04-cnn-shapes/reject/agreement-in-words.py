# The agreement is a word and not a truth value.
# /// reject
# cell = "test-slides"
# check = "Answer"
# message = ["True or False", "a text"]
# ///
# %% check-slides
size = my_slide_size - 4
nodes_after_pooling = (size // 2) ** 2 * 64
slide_count = 32 * size * size + 64
right_count = 18496
they_agree = "no"
