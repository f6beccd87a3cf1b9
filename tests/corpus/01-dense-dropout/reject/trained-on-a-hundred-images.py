# Trained on the first hundred images only, to save time.
# /// reject
# cell = "test-accuracy"
# check = "TestAccuracy"
# message = ["100 images"]
# ///
# %% train-model
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train[:100], y_train[:100], epochs=5, verbose=0)
