# The labels are shuffled without their images.
# /// reject
# cell = "test-accuracy"
# check = "TestAccuracy"
# message = ["its own label"]
# ///
# %% train-model
np.random.default_rng(0).shuffle(y_train)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, epochs=5, batch_size=32, validation_split=0.2, verbose=2)
