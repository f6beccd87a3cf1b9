# What fit returns is not kept.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["history", "train-model"]
# ///
# %% train-model
model.fit(x_train, y_train, batch_size=128, epochs=3, validation_split=0.2, verbose=2)
