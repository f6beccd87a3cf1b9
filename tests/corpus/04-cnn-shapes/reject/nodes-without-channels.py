# The nodes are counted without the channels.
# /// reject
# cell = "test-slides"
# check = "Answer"
# message = ["channels count too"]
# ///
# %% check-slides
size = my_slide_size - 4
nodes_after_pooling = (size // 2) ** 2
slide_count = 32 * size * size + 64
right_count = 18496
they_agree = False
