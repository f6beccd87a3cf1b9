# Adadelta with Keras 3's default learning rate.
# /// reject
# cell = "test-accuracy"
# check = "TestAccuracy"
# message = ["Adadelta", "0.001", "1.0"]
# ///
# %% train-model
model.compile(optimizer="adadelta", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, epochs=5, batch_size=32, validation_split=0.2, verbose=2)
