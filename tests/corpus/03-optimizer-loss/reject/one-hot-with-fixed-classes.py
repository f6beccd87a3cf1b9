# Ten classes are hard-coded.
# /// reject
# cell = "test-labels"
# check = "Calls"
# message = ["always ten columns", "as many as classes"]
# ///
# %% convert-labels
def to_one_hot(labels, classes):
    return np.eye(10)[labels]


def to_integers(one_hot):
    return np.argmax(one_hot, axis=1)
