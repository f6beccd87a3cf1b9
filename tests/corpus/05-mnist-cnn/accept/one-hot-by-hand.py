# The labels are made one-hot by hand, images prepared in a loop over both sets.
# %% prepare-data
data = mnist.load_data()
prepared = []
for images, labels in data:
    pictures = (images / 255.0).reshape((len(images), 28, 28, 1))
    rows = np.zeros((len(labels), 10))
    rows[np.arange(len(labels)), labels] = 1
    prepared.append((np.float32(pictures), rows.astype("float32")))
(x_train, y_train), (x_test, y_test) = prepared
assert x_train.max() == 1.0 and y_train.sum(axis=1).all()
