# argmax without an axis.
# /// reject
# cell = "test-labels"
# check = "Calls"
# message = ["name the axis"]
# ///
# %% convert-labels
def to_one_hot(labels, classes):
    return np.eye(classes)[labels]


def to_integers(one_hot):
    return np.argmax(one_hot)
