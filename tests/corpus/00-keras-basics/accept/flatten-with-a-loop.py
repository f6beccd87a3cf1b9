# flatten goes picture by picture, in loops.
# %% write-flatten
def flatten(images):
    rows = []
    for image in images:
        row = []
        for line in image:
            for pixel in line:
                row.append(pixel)
        rows.append(row)
    return np.array(rows)
