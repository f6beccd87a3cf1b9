# The labels are one-hot, the loss wants integers; Keras stops.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["labels are one-hot", "it is categorical_crossentropy"]
# ///
# %% train-model
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(
    x_train, keras.utils.to_categorical(y_train), epochs=5, batch_size=32, validation_split=0.2, verbose=2
)
