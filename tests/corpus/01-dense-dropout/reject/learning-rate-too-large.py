# Adam with a learning rate of 1 does not learn.
# /// reject
# cell = "test-accuracy"
# check = "TestAccuracy"
# message = ["learning rate 1 is far above", "each step goes too far"]
# ///
# %% train-model
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=1.0), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)
history = model.fit(x_train, y_train, epochs=5, batch_size=32, validation_split=0.2, verbose=2)
