# The network is compiled, and fit is never called.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["history"]
# ///
# %% train-model
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = None
