# model is the class and not a network.
# /// reject
# cell = "test-architecture"
# check = "SameArchitecture"
# message = ["class Sequential", "made from it"]
# ///
# %% build-model
model = keras.Sequential
# %% compile-model
