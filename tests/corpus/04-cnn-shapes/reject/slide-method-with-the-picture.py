# The slide's method is applied to the size of the picture.
# /// reject
# cell = "test-slides"
# check = "Answer"
# message = ["size after the second convolution"]
# ///
# %% check-slides
size = my_slide_size - 4
nodes_after_pooling = (size // 2) ** 2 * 64
slide_count = 32 * my_slide_size**2 + 64
right_count = 18496
they_agree = False
