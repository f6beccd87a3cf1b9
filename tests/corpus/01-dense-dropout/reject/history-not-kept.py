# What fit returns is not kept.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["“history” is not defined", "train-model"]
# ///
# %% train-model
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=5, batch_size=32, validation_split=0.2, verbose=2)
