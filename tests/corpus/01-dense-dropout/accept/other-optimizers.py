# SGD with momentum, a learning-rate schedule and the loss as a function.
# %% train-model
schedule = keras.optimizers.schedules.ExponentialDecay(0.05, decay_steps=1000, decay_rate=0.9)
model.compile(
    optimizer=keras.optimizers.SGD(learning_rate=schedule, momentum=0.9),
    loss=keras.losses.sparse_categorical_crossentropy,
    metrics=[keras.metrics.sparse_categorical_accuracy],
)
history = model.fit(x_train, y_train, epochs=8, batch_size=64, validation_split=0.2, verbose=0)
