# flatten is a lambda.
# %% write-flatten
flatten = lambda images: images.reshape(images.shape[0], images.shape[1] * images.shape[2])
