# Trained on the test images.
# /// reject
# cell = "test-accuracy"
# check = "TestAccuracy"
# message = ["test images", "x_train"]
# ///
# %% train-model
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_test, y_test, epochs=5, batch_size=32, verbose=2)
