# The nodes are counted with a size in the place of the channels, as on the slide.
# /// reject
# cell = "test-slides"
# check = "Answer"
# message = ["last factor is the number of filters"]
# ///
# %% check-slides
size = my_slide_size - 4
nodes_after_pooling = (size // 2) * (size // 2) * size
slide_count = 32 * size * size + 64
right_count = 18496
they_agree = False
