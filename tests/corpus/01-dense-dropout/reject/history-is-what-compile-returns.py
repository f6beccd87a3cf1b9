# history = model.compile(...), and the model is never trained.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["expected the History that model.fit returns, found None"]
# ///
# %% train-model
history = model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
