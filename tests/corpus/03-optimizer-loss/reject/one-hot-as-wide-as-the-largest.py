# to_categorical without the number of classes.
# /// reject
# cell = "test-labels"
# check = "Calls"
# message = ["as many columns as classes"]
# ///
# %% convert-labels
def to_one_hot(labels, classes):
    return keras.utils.to_categorical(labels)


def to_integers(one_hot):
    return np.argmax(one_hot, axis=1)
