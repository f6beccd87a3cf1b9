# flatten lets Keras's Flatten layer do it.
# %% write-flatten
def flatten(images):
    """Flatten each picture to one row."""
    return np.array(keras.layers.Flatten()(images))
