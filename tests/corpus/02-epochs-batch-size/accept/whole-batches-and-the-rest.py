# Counts whole batches with divmod, and one more where some images are left.
# %% count-steps
def steps(n, b):
    q, r = divmod(n, b)
    return q + 1 if r else q


a, b, c = steps(60_000, 128), steps(48_000, 128), steps(48_000, 512)
steps_by_hand = [a, b, c, c * 10]
# %% steps-function
def steps_per_epoch(images, batch_size, validation_split=0.0):
    """The number of steps that model.fit takes in one epoch, a whole number."""
    used = int(images * (1 - validation_split))
    full, rest = divmod(used, batch_size)
    return full + (rest > 0)
