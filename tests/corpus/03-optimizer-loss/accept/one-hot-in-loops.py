# Lists of lists, made an array at the end.
# %% convert-labels
def to_one_hot(labels, classes):
    rows = []
    for label in labels:
        row = [0] * classes
        row[label] = 1
        rows.append(row)
    return np.array(rows)


def to_integers(one_hot):
    return np.array([list(row).index(1) for row in one_hot])
