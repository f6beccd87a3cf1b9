# The batch size is not given; one epoch only, to see what happens.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["batch size: expected 128, found 32"]
# ///
# %% train-model
history = model.fit(x_train, y_train, epochs=1, validation_split=0.2, verbose=2)
