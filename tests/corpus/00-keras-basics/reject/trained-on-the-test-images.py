# Trained on x_test.
# /// reject
# cell = "test-accuracy"
# check = "TestAccuracy"
# message = ["test images", "x_train"]
# ///
# %% train-model
history = model.fit(x_test, y_test, epochs=5, batch_size=32, verbose=2)
