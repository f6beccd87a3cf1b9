# A helper scales; the labels are whole numbers of another dtype.
# %% scale-data
def scale(images):
    return np.asarray(images, dtype=np.float32) * (1 / 255)


x_train, x_test = map(scale, (train_images, test_images))
y_train, y_test = train_labels.astype(int), test_labels.astype("int64")
