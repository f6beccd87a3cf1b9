# The scaling is worked out from the least and the largest pixel.
# %% scale-data
low, high = train_images.min(), train_images.max()
x_train = (train_images.astype("float32") - low) / (high - low)
x_test = (test_images.astype("float32") - low) / (high - low)
y_train, y_test = train_labels.copy(), test_labels.copy()
