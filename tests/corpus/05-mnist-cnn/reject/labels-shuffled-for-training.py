# The labels are shuffled before training.
# /// reject
# cell = "test-accuracy"
# check = "TestAccuracy"
# message = ["guessing", "labels"]
# ///
# %% train-model
shuffled = np.random.default_rng(1).permutation(y_train)
history = model.fit(x_train, shuffled, batch_size=128, epochs=3, validation_split=0.2, verbose=2)
