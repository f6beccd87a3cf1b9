# SGD with a learning rate of 0.00001 hardly moves.
# /// reject
# cell = "test-accuracy"
# check = "TestAccuracy"
# message = ["learning rate 1e-05 is far below", "changes the weights too little"]
# ///
# %% train-model
model.compile(
    optimizer=keras.optimizers.SGD(learning_rate=1e-5), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)
history = model.fit(x_train, y_train, epochs=5, batch_size=32, validation_split=0.2, verbose=2)
