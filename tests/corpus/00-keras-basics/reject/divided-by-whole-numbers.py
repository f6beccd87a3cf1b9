# Divided with //, so that nearly every pixel is 0.
# /// reject
# cell = "test-data"
# check = "Prepared"
# message = ["x_train", "//"]
# ///
# %% scale-data
x_train, x_test = train_images // 255, test_images // 255
y_train, y_test = train_labels, test_labels
