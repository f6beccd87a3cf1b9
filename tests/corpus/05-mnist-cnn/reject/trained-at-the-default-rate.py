# Adadelta by name, so that the network hardly learns.
# /// reject
# cell = "test-accuracy"
# check = "TestAccuracy"
# message = ["0.001", "hardly learns"]
# ///
# %% compile-model
model.compile(loss="categorical_crossentropy", optimizer="adadelta", metrics=["accuracy"])
