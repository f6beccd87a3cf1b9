# With callbacks: a smaller learning rate when it stalls, early stopping with patience, a line of its own an epoch.
# %% train-model
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
callbacks = [
    keras.callbacks.ReduceLROnPlateau(patience=2),
    keras.callbacks.EarlyStopping(monitor="val_loss", patience=8, restore_best_weights=True),
    keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch, logs["loss"])),
]
history = model.fit(
    x_train, y_train, epochs=7, batch_size=64, validation_split=0.2, verbose=0, callbacks=callbacks
)
