# keras.utils.to_categorical, and argmax as a method.
# %% convert-labels
def to_one_hot(labels, classes):
    return keras.utils.to_categorical(labels, num_classes=classes)


def to_integers(one_hot):
    return one_hot.argmax(-1)
