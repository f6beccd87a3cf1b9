# The loss wants one-hot labels, the labels are integers; Keras stops.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["labels are whole numbers", "sparse_categorical_crossentropy"]
# ///
# %% train-model
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, epochs=5, batch_size=32, validation_split=0.2, verbose=2)
