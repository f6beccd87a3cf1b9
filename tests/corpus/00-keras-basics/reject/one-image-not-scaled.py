# The picture as it came, from 0 to 255.
# /// reject
# cell = "test-one-image"
# message = ["scaled to 0–1"]
# ///
# %% take-one
one_image = test_images[:1]
