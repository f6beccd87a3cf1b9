# model.fit(x, y, 5, 2): by position the batch size comes first, then the epochs.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["epochs: expected at least 5, found 1"]
# ///
# %% train-model
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train[:2000], y_train[:2000], 5, verbose=0)
