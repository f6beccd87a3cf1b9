# history is the dictionary of curves instead of what fit returns.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["expected the History that model.fit returns, found a dict"]
# ///
# %% train-model
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, epochs=5, batch_size=32, validation_split=0.2, verbose=2).history
