# A batch begins at every multiple of the batch size: the steps are the length of a range.
# %% steps-function
def steps_per_epoch(images: int, batch_size: int, validation_split: float = 0.0) -> int:
    n_val = round(images * validation_split)
    return len(range(0, images - n_val, batch_size))
