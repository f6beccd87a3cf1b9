# flatten stacks image.ravel() or image.flatten() of each picture.
# %% write-flatten
def flatten(images):
    return np.stack([image.flatten() for image in images], axis=0)
