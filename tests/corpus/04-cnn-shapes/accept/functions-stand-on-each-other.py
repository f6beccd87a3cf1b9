# Small helpers of the student's stand between the functions; asserts try them.
# %% write-conv2d-output-size
def _round_up(a, b):
    return -(-a // b)


def conv2d_output_size(size, kernel, stride=1, padding="valid"):
    same = padding.lower() == "same"
    return _round_up(size, stride) if same else _round_up(size - kernel + 1, stride)


assert conv2d_output_size(28, 3) == 26
assert conv2d_output_size(28, 3, 2) == 13
assert conv2d_output_size(28, 3, stride=2, padding="same") == 14
# %% write-pool-output-size
def pool_output_size(size, pool, stride=None, padding="valid"):
    kwargs = {"kernel": pool, "padding": padding, "stride": pool}
    if stride is not None:
        kwargs["stride"] = stride
    return conv2d_output_size(size, **kwargs)
# %% check-slides
s = my_slide_size
for layer in ("conv1", "conv2"):
    s = conv2d_output_size(s, 3)
nodes_after_pooling, slide_count, right_count = pool_output_size(s, 2) ** 2 * 64, 32 * s**2 + 64, conv2d_parameters((3, 3), 32, 64)
they_agree = slide_count - right_count == 0
