# The counts of the lesson's sizes, hard-coded, though the student's hidden layers have 256 and 128 units.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 1 (Dense)", "100,480 is not right"]
# ///
# %% build-model
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(256, activation="relu"),
    keras.layers.Dropout(0.3),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
# %% count-parameters
parameter_counts = [100480, 8256, 650]
