# Sizes by counting where a window begins.
# %% write-conv2d-output-size
def conv2d_output_size(size, kernel, stride=1, padding="valid"):
    last = size if padding == "same" else size - kernel + 1
    return len(range(0, last, stride))
# %% write-pool-output-size
def pool_output_size(size, pool, stride=None, padding="valid"):
    count, start, step = 0, 0, pool if stride is None else stride
    while start + (1 if padding == "same" else pool) <= size:
        count += 1
        start += step
    return count
