# The pixels are divided by 255.0 in float64, the default.
# %% scale-data
x_train = train_images / 255.0
x_test = test_images / 255.0
y_train = train_labels
y_test = test_labels
