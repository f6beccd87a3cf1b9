# The dict of the curves is kept and not the History.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["History", ".history"]
# ///
# %% train-model
history = model.fit(x_train, y_train, batch_size=128, epochs=3, validation_split=0.2, verbose=2).history
