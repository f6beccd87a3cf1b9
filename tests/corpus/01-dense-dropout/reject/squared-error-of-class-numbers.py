# The loss is the squared error between probabilities and class numbers.
# /// reject
# cell = "test-accuracy"
# check = "TestAccuracy"
# message = ["loss is MeanSquaredError", "sparse_categorical_crossentropy"]
# ///
# %% train-model
model.compile(optimizer="adam", loss="mse", metrics=["accuracy"])
history = model.fit(x_train, y_train[:, None], epochs=5, batch_size=32, validation_split=0.2, verbose=2)
