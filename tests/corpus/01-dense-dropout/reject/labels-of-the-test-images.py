# Training images with the labels of the test images.
# /// reject
# cell = "test-accuracy"
# check = "TestAccuracy"
# message = ["its own label"]
# ///
# %% train-model
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train[:10000], y_test, epochs=5, batch_size=32, validation_split=0.2, verbose=2)
