# fit is called without compile; Keras stops.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["compile"]
# ///
# %% train-model
history = model.fit(x_train, y_train, epochs=5, batch_size=32, validation_split=0.2, verbose=2)
