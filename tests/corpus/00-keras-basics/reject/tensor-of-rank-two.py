# The tensor has rank 2: (2, 12).
# /// reject
# cell = "test-tensor"
# check = "Answer"
# message = ["shape (2, 12)", "(2, 3, 4)"]
# ///
# %% make-tensor
my_tensor = keras.ops.reshape(keras.ops.arange(24, dtype="float32"), (2, 12))
place = 28 * 10 + 17
