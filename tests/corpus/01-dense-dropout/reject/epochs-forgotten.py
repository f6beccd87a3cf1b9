# fit is called without epochs: one.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["epochs: expected at least 5, found 1"]
# ///
# %% train-model
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, validation_split=0.2, verbose=2)
