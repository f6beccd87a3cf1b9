# argmax along axis 0.
# /// reject
# cell = "test-labels"
# check = "Calls"
# message = ["axis=1"]
# ///
# %% convert-labels
def to_one_hot(labels, classes):
    return np.eye(classes)[labels]


def to_integers(one_hot):
    return np.argmax(one_hot, axis=0)
