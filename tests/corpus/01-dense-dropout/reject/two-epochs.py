# Trained for two epochs only.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["epochs", "at least 5", "found 2"]
# ///
# %% train-model
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, epochs=2, batch_size=32, validation_split=0.2, verbose=2)
